use std::error::Error;
use std::time::Duration;

use actix_web::{HttpRequest, Responder, post, web};
use tallymark::actix::Metrics;
use tallymark::dashboards::Dashboards;
use tallymark::observed;

use crate::SERVICE;
use crate::answer::{Answer, Refusal};
use crate::order::{self, BODY_LIMIT, Deploy, Received, Rollback};
use crate::releases::Releases;

pub(crate) fn configure(config: &mut web::ServiceConfig, metrics: Metrics) {
    config
        .app_data(web::JsonConfig::default().limit(BODY_LIMIT))
        .service(deploy)
        .service(rollback)
        .service(metrics)
        // Behind the handlers, so only for the methods that they do not take.
        .service(web::resource(["/deploy", "/rollback"]).to(wrong_method))
        .default_service(web::to(nothing_here));
}

/// The metrics, a page that shows those of the peers too, and a dashboard for Grafana.
pub(crate) fn metrics(peers: &[String], within: Duration) -> Result<Metrics, Box<dyn Error>> {
    let metrics = tallymark::actix::metrics().live(true).peers(peers)?.peer_timeout(within);
    Ok(metrics.dashboard(Dashboards::new(SERVICE))?)
}

// A POST counts when it reaches its interface, whatever its body: hence the `Result`, without which
// a bad body would be answered before the handler is called.
#[observed(interface = "/deploy", objective(success = 99.9, latency_ms = 250))]
#[post("/deploy")]
async fn deploy(releases: web::Data<Releases>, order: Received<Deploy>) -> impl Responder {
    let Deploy { app, version } = order::accept(order)?;
    tracing::info!(%app, %version, "deploy");
    carry_out(move || releases.deploy(&app, &version)).await?;
    Ok::<_, Refusal>(Answer::done("部署成功"))
}

#[observed(interface = "/rollback", objective(success = 99.9, latency_ms = 250))]
#[post("/rollback")]
async fn rollback(releases: web::Data<Releases>, order: Received<Rollback>) -> impl Responder {
    let Rollback { app } = order::accept(order)?;
    tracing::info!(%app, "rollback");
    carry_out(move || releases.rollback(&app)).await?;
    Ok::<_, Refusal>(Answer::done("回滚成功!"))
}

async fn wrong_method(request: HttpRequest) -> Result<Answer, Refusal> {
    Err(Refusal::Method(request.path().to_owned()))
}

async fn nothing_here(request: HttpRequest) -> Result<Answer, Refusal> {
    let path = request.path();
    Err(Refusal::Unknown(format!("there is no `{path}`; send POST /deploy or POST /rollback")))
}

/// Runs the work on a thread that may block.
async fn carry_out<F>(work: F) -> Result<(), Refusal>
where
    F: FnOnce() -> Result<(), Refusal> + Send + 'static,
{
    web::block(work).await.map_err(std::io::Error::other)?.inspect_err(|refusal| {
        if let Refusal::Failed(error) = refusal {
            tracing::error!(%error, "the releases cannot be changed");
        }
    })
}
