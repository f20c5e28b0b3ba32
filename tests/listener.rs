//! The listener that metrics have of their own.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use actix_web::rt::System;
use tallymark::actix::{self, metrics, rustls};
use tallymark::{Credentials, counted};
use tallymark_tests::{Answer, agent, sample};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

#[counted(interface = "/work")]
fn work() {}

fn get(address: SocketAddr) -> Answer {
    Answer::read(agent().get(format!("http://{address}/metrics")).call())
}

#[test]
fn a_program_without_a_server_has_its_metrics() {
    work();
    let listener = actix::serve("127.0.0.1:0").expect("a free port");
    let [address] = listener.addresses() else { panic!("one address") };
    let answer = get(*address);
    assert_eq!(answer.status, 200);
    let name = "request_processing_total{interface=\"/work\"}";
    assert_eq!(sample(&answer.text, name), Some("1"), "{}", answer.text);

    let address = *address;
    listener.stop();
    TcpListener::bind(address).expect("it is free again");
}

#[test]
fn it_goes_on_when_nobody_holds_it_and_inside_of_a_runtime() {
    let address = System::new().block_on(async {
        let listener = metrics()
            .path("/m")
            .credentials(Credentials::bearer("s3cret"))
            .serve("127.0.0.1:0")
            .expect("a free port");
        listener.addresses()[0]
    });
    let request = || agent().get(format!("http://{address}/m"));
    assert_eq!(Answer::read(request().call()).status, 401);
    let admitted = request().header("Authorization", "Bearer s3cret").call();
    assert_eq!(Answer::read(admitted).status, 200);
}

#[test]
fn an_address_that_is_taken_is_an_error_that_names_it() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("bound");
    let error = actix::serve(address).expect_err("taken").to_string();
    assert!(error.contains(&address.to_string()), "{error}");
    actix::serve("not an address").expect_err("no address");
}

#[test]
fn by_tls_it_is_itself() {
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let key = rustls::pki_types::PrivateKeyDer::try_from(own.signing_key.serialize_der());
    let provider = Arc::new(::rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key.expect("a key"))
        .expect("a certificate and its key");
    let listener = metrics().serve_tls("127.0.0.1:0", config).expect("a free port");
    let port = listener.addresses()[0].port();

    let trusted = RootCerts::new_with_certs(&[Certificate::from_der(own.cert.der()).to_owned()]);
    let client = |roots: Option<RootCerts>| {
        let tls = TlsConfig::builder();
        let tls = match roots {
            Some(roots) => tls.root_certs(roots),
            None => tls,
        };
        let agent: ureq::Agent =
            ureq::Agent::config_builder().tls_config(tls.build()).build().into();
        agent.get(format!("https://localhost:{port}/metrics")).call()
    };
    assert_eq!(Answer::read(client(Some(trusted))).status, 200);
    client(None).expect_err("nobody vouches for it");
    listener.stop();
}
