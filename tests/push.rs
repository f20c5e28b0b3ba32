//! Jobs that push, and a gateway that does not always take it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tallymark::actix::metrics;
use tallymark::push::Push;
use tallymark::{Counter, Credentials, PushError, Registry};
use tallymark_tests::{Receiver, Reply, free_address, sample};

fn registry() -> (Registry, Counter) {
    let registry = Registry::new();
    let rows: Counter = Counter::owned("rows_total", "Rows.", []).expect("valid");
    registry.register(&rows).expect("registered");
    (registry, rows)
}

fn push(url: &str) -> (Push, Counter) {
    let (registry, rows) = registry();
    (Push::new(url, "backup").grouping("database", "a/b").registry(registry), rows)
}

const PATH: &str = "/metrics/job/backup/database@base64/YS9i";

#[test]
fn requests_are_as_the_gateway_wants_them() {
    let gateway = Receiver::start(vec![Reply::status(202)]);
    let (push, rows) = push(&format!("{}/", gateway.url()));
    let push = push.credentials(Credentials::basic("ops", "s3cret"));
    rows.inc_by(21);
    push.push().expect("taken");
    push.add().expect("taken");
    push.delete().expect("taken");
    push.clone().protobuf().push().expect("taken");
    let received = gateway.received();
    let methods: Vec<_> = received.iter().map(|one| &*one.method).collect();
    assert_eq!(methods, ["PUT", "POST", "DELETE", "PUT"]);
    for one in &received {
        assert_eq!(one.path, PATH);
        assert_eq!(one.header("authorization"), Some("Basic b3BzOnMzY3JldA=="));
    }
    for one in &received[..2] {
        assert_eq!(one.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
        let text = std::str::from_utf8(&one.body).expect("text");
        assert_eq!(sample(text, "rows_total"), Some("21"), "{text}");
    }
    assert!(received[2].body.is_empty());
    let protobuf = received[3].header("content-type").expect("a type");
    assert!(protobuf.starts_with("application/vnd.google.protobuf; "), "{protobuf}");
    assert!(!format!("{push:?}").contains("s3cret"));
}

#[test]
fn what_is_refused_is_not_sent_again() {
    for status in [302, 400, 401, 404, 413] {
        let elsewhere = Receiver::start(vec![Reply::status(202)]);
        let location = format!("Location: {}/", elsewhere.url());
        let said = b"pushed metrics are\ninvalid".to_vec();
        let gateway = Receiver::start(vec![Reply::Status(status, vec![location], said)]);
        let error = push(&gateway.url()).0.push().expect_err("refused");
        assert!(matches!(error, PushError::Refused { status: found, .. } if found == status));
        assert!(error.to_string().contains("pushed metrics are invalid"), "{error}");
        assert_eq!((gateway.received().len(), elsewhere.received().len()), (1, 0));
    }
}

#[test]
fn what_may_pass_is_sent_again() {
    let again = [Reply::status(500), Reply::Close, Reply::status(429), Reply::status(503)];
    let gateway = Receiver::start([&again[..], &[Reply::status(200)]].concat());
    let (push, rows) = push(&gateway.url());
    rows.inc();
    push.push().expect("taken at last");
    let received = gateway.received();
    assert_eq!(received.len(), 5);
    assert!(received.iter().all(|one| one.method == "PUT" && one.body == received[0].body));
    // Each pause is at least half of 0.1, 0.2, 0.4 and 0.8 seconds.
    for (pair, least) in received.windows(2).zip([50, 100, 200, 400]) {
        let pause = pair[1].at - pair[0].at;
        assert!(pause >= Duration::from_millis(least), "{pause:?} of {least} ms");
    }
}

#[test]
fn a_gateway_that_is_down_at_first_gets_it_later() {
    let address = free_address();
    let (push, rows) = push(&format!("http://{address}"));
    rows.inc();
    let job = thread::spawn(move || push.push());
    thread::sleep(Duration::from_millis(300));
    let gateway = Receiver::at(address, vec![Reply::status(200)]);
    job.join().expect("no panic").expect("taken");
    assert_eq!(gateway.received().len(), 1);
}

#[test]
fn the_time_of_all_attempts_is_limited() {
    let limit = Duration::from_millis(1_500);
    let wait = Reply::Status(503, vec!["Retry-After: 3600".to_owned()], Vec::new());
    for (reply, attempts) in [
        (Reply::status(503), 3..=6),
        // It would not be before the time is over.
        (wait, 1..=1),
        (Reply::Silence, 2..=5),
    ] {
        let gateway = Receiver::start(vec![reply.clone()]);
        let push = push(&gateway.url()).0.retry_for(limit).timeout(Duration::from_millis(300));
        let start = Instant::now();
        let error = push.push().expect_err("never taken");
        let took = start.elapsed();
        assert!(took < limit + Duration::from_secs(1), "{took:?} for {reply:?}");
        let PushError::TimeOver { attempts: made, .. } = error else { panic!("{error}") };
        assert!(attempts.contains(&usize::try_from(made).expect("few")), "{made} for {reply:?}");
    }
    let (nobody, _) = push(&format!("http://{}", free_address()));
    let error = nobody.retry_for(Duration::ZERO).push().expect_err("nobody is there");
    assert!(matches!(error, PushError::TimeOver { attempts: 1, .. }), "{error}");
    assert!(error.to_string().contains("refused"), "{error}");
}

#[test]
fn a_gateway_is_left_alone_for_as_long_as_it_says() {
    let wait = Reply::Status(429, vec!["Retry-After: 1".to_owned()], Vec::new());
    let gateway = Receiver::start(vec![wait, Reply::status(200)]);
    push(&gateway.url()).0.push().expect("taken");
    let received = gateway.received();
    assert!(received[1].at - received[0].at >= Duration::from_secs(1));
}

#[test]
fn a_job_pushes_however_it_ends() {
    let gateway = Receiver::start(vec![Reply::status(200)]);
    let fails = |rows: &Counter, push: Push| -> Result<(), Box<dyn std::error::Error>> {
        let _at_end = push.at_end()?;
        rows.inc_by(2);
        Err("the job failed")?;
        Ok(())
    };
    let (one, rows) = push(&gateway.url());
    fails(&rows, one).expect_err("it fails");
    let (other, rows) = push(&gateway.url());
    let job = AssertUnwindSafe(|| {
        let _at_end = other.at_end().expect("valid").adding();
        rows.inc_by(3);
        panic!("on purpose, in a test");
    });
    catch_unwind(job).expect_err("it panics");
    let (third, rows) = push(&gateway.url());
    let at_end = third.at_end().expect("valid").delete_after(Duration::from_millis(200));
    rows.inc_by(4);
    at_end.finish().expect("taken");
    let received = gateway.received();
    let methods: Vec<_> = received.iter().map(|one| &*one.method).collect();
    assert_eq!(methods, ["PUT", "POST", "PUT", "DELETE"]);
    for (one, rows) in received.iter().zip(["2", "3", "4"]) {
        let text = std::str::from_utf8(&one.body).expect("text");
        assert_eq!(sample(text, "rows_total"), Some(rows), "{text}");
    }
    assert!(received[3].at - received[2].at >= Duration::from_millis(200));
}

#[test]
fn a_job_whose_metrics_cannot_be_pushed_ends_as_it_would() {
    let (push, _) = push(&format!("http://{}", free_address()));
    let push = push.retry_for(Duration::from_millis(200));
    drop(push.clone().at_end().expect("valid"));
    assert!(matches!(push.at_end().expect("valid").finish(), Err(PushError::TimeOver { .. })));
}

#[test]
fn by_tls_only_those_are_trusted_that_are_to_be() {
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let key = rustls::pki_types::PrivateKeyDer::try_from(own.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key.expect("a key"))
        .expect("a certificate and its key");
    // It is no gateway, and says so.
    let listener = metrics().serve_tls("127.0.0.1:0", config).expect("a free port");
    let url = format!("https://localhost:{}", listener.addresses()[0].port());
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    };
    let (push, _) = push(&url);
    let error = push.push().expect_err("nobody vouches for it");
    assert!(matches!(error, PushError::Failed(_)), "{error}");
    let text = STANDARD.encode(own.cert.der());
    let text = format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n");
    let trusting = push.clone().authorities(file("own.pem", &text));
    let error = trusting.push().expect_err("it is no gateway");
    assert!(matches!(error, PushError::Refused { status: 404, .. }), "{error}");
    for path in [file("empty.pem", ""), folder.path().join("absent.pem")] {
        let error = push.clone().authorities(&path).push().expect_err("no certificate");
        assert!(matches!(error, PushError::Setting { .. }), "{error}");
        assert!(error.to_string().contains(path.to_str().expect("text")), "{error}");
    }
    listener.stop();
}

#[test]
fn mistakes_show_at_the_start_of_the_job() {
    let gateway = Receiver::start(vec![Reply::status(200)]);
    let url = gateway.url();
    for (push, problem) in [
        (Push::new("gateway:9091", "backup"), "http://"),
        (Push::new(&url, ""), "job"),
        (Push::new(&url, "backup").grouping("a-b", "c"), "not allowed"),
        (Push::new(&url, "backup").grouping("job", "c"), "twice"),
    ] {
        let error = push.push().expect_err(problem).to_string();
        assert!(error.contains(problem), "{error}");
        assert_eq!(push.at_end().expect_err(problem).to_string(), error);
    }
    let absent = Push::new(&url, "backup").credentials(Credentials::bearer_file("/nowhere/token"));
    assert!(matches!(absent.push(), Err(PushError::Credentials)));
    assert_eq!(gateway.received().len(), 0);
}
