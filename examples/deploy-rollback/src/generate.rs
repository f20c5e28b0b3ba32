use std::error::Error;
use std::time::Duration;

use tallymark::dashboards::Dashboards;

use crate::cli::{COUNTER_NAME, Generate};
use crate::{COUNTER_HELP, SERVICE};

pub(crate) fn generate(options: &Generate) -> Result<(), Box<dyn Error>> {
    tallymark::name_counter(COUNTER_NAME, COUNTER_HELP)?;
    let files = Dashboards::new(SERVICE)
        .targets(options.targets.iter().map(String::as_str))
        .base_targets(options.base_targets.iter().map(String::as_str))
        .scrape_interval(Duration::from_secs(options.scrape_interval))
        .time_scale(options.time_scale)
        .generate()?;
    files.write_to(&options.folder)?;
    for (path, _) in files.iter() {
        tracing::info!("wrote {}", options.folder.join(path).display());
    }
    Ok(())
}
