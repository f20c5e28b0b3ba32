use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use tallymark_tests::generated;
use tempfile::TempDir;

/// What windows and waits of the rules are multiplied by, as in the test of the graphs.
const TIME_SCALE: &str = "0.08";

/// The shipped files beside the generated rules, of which only addresses, intervals, and how many shards
/// there are, are others.
#[derive(Debug)]
pub(crate) struct Files {
    folder: TempDir,
}

impl Files {
    pub(crate) fn new() -> Self {
        let arguments = ["--scrape-interval", "1", "--time-scale", TIME_SCALE];
        let files = Self { folder: generated::generate(&arguments) };
        fs::create_dir_all(files.path("fleet/targets")).expect("a folder");
        files
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a shipped file under a name, with what is replaced in it, each as often as that.
    pub(crate) fn write(
        &self,
        shipped: &str,
        name: &str,
        replaced: &[(&str, &str, usize)],
    ) -> PathBuf {
        let from = generated::committed().join("fleet").join(shipped);
        let mut text = fs::read_to_string(&from).expect("a file that is shipped");
        for (from, to, times) in replaced {
            assert_eq!(text.matches(from).count(), *times, "{from} in {shipped}");
            text = text.replace(from, to);
        }
        let path = self.path("fleet").join(name);
        fs::write(&path, text).expect("a file");
        path
    }

    /// One of the Prometheus that share the instances among them.
    pub(crate) fn shard(&self, number: usize, of: usize) -> PathBuf {
        let name = format!("shard-{number}-of-{of}.yml");
        let [modulus, regex, label] = [
            format!("modulus: {of}"),
            format!("regex: \"{number}\""),
            format!("shard: \"{number}\""),
        ];
        let replaced = [
            ("scrape_interval: 30s", "scrape_interval: 1s", 1),
            ("evaluation_interval: 30s", "evaluation_interval: 1s", 1),
            ("modulus: 1", &*modulus, 2),
            ("regex: \"0\"", &*regex, 2),
            ("shard: \"0\"", &*label, 1),
        ];
        self.write("prometheus.yml", &name, &replaced)
    }

    /// Names some of the instances, for whoever looks into the folder.
    pub(crate) fn name_services(&self, zone: &str, addresses: &[SocketAddr]) {
        let targets = serde_json::to_string(&addresses).expect("addresses");
        let shipped = r#"["127.0.0.1:8080", "127.0.0.2:8080", "127.0.0.3:8080"]"#;
        let zoned = format!("\"zone\": \"{zone}\"");
        let replaced = [(shipped, &*targets, 1), ("\"zone\": \"one\"", &*zoned, 1)];
        // It is never there in part.
        let written = self.write("targets/services-one.json", "targets/next", &replaced);
        let name = self.path("fleet").join(format!("targets/services-{zone}.json"));
        fs::rename(written, name).expect("a new name");
    }

    pub(crate) fn name_host(&self, address: SocketAddr) {
        let address = address.to_string();
        let file = "targets/hosts-one.yml";
        self.write(file, file, &[("127.0.0.1:9100", &*address, 1)]);
    }
}
