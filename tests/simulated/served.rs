use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use tallymark::ScrapeRequest;
use tallymark_tests::Running;

use crate::instance::Instance;

/// How long a connection stays that nobody uses: longer than any interval, since an engine may wait before
/// it asks again where a connection was closed that it wanted to use.
const KEEP_ALIVE: Duration = Duration::from_secs(120);

type Instances = BTreeMap<SocketAddr, Instance>;

/// Serves so many instances, each on an address of its own, until the program ends: where they are.
pub(crate) fn serve(instances: u16) -> Vec<SocketAddr> {
    let (sender, receiver) = std::sync::mpsc::channel();
    let _running = Running::start(move || {
        let listeners: Vec<_> = (0..instances)
            .map(|number| {
                let [high, low] = number.to_be_bytes();
                std::net::TcpListener::bind(SocketAddr::from(([127, 1, high, low], 0)))
                    .expect("a free port")
            })
            .collect();
        let addresses: Vec<_> =
            listeners.iter().map(|listener| listener.local_addr().expect("an address")).collect();
        let all = addresses.iter().map(|address| (*address, Instance::new()));
        let all = Arc::new(all.collect::<Instances>());
        let app = move || {
            App::new().app_data(web::Data::from(Arc::clone(&all))).default_service(web::to(answer))
        };
        let server = HttpServer::new(app).workers(1).keep_alive(KEEP_ALIVE).disable_signals();
        let server = listeners
            .into_iter()
            .try_fold(server, HttpServer::listen)
            .expect("it listens everywhere");
        let first = addresses[0];
        sender.send(addresses).expect("the caller waits");
        (first, server.run())
    });
    receiver.recv().expect("addresses")
}

async fn answer(request: HttpRequest, instances: web::Data<Instances>) -> HttpResponse {
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| (name.as_str(), value.as_bytes()));
    let scrape = ScrapeRequest::new(request.method().as_str(), None, headers);
    let answer = instances[&request.app_config().local_addr()].scrape(&scrape);
    let mut response = HttpResponse::Ok();
    for (name, value) in answer.headers().filter(|(name, _)| *name != "content-length") {
        response.append_header((name, value));
    }
    response.body(answer.into_body().into_bytes())
}
