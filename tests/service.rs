//! The example over real HTTP, as its users meet it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tallymark_tests::{Answer, Process, Profile, Service, agent, sample, wait_for};

const DEPLOY: &str = r#"{"app":"web","version":"1.4.2"}"#;
const ROLLBACK: &str = r#"{"app":"web"}"#;

/// How often the two interfaces were counted.
fn counted(service: &Service) -> [u64; 2] {
    let metrics = service.get("/metrics");
    ["/deploy", "/rollback"].map(|interface| {
        let name = format!("request_processing_counter{{interface=\"{interface}\"}}");
        let value = sample(&metrics.text, &name).expect("every interface is exposed");
        value.parse().expect("a count")
    })
}

#[test]
fn every_interface_is_at_zero_before_its_first_request() {
    let service = Service::start(Profile::Debug);
    assert_eq!(counted(&service), [0, 0]);
}

#[test]
fn after_21_deploys_and_36_rollbacks_the_metrics_say_so() {
    let service = Service::start(Profile::Debug);
    let agent = agent();
    for _ in 0..21 {
        assert_eq!(service.post(&agent, "/deploy", DEPLOY).status, 200);
    }
    for _ in 0..36 {
        // Most of them have nothing to go back to, and count all the same.
        assert!([200, 409].contains(&service.post(&agent, "/rollback", ROLLBACK).status));
    }
    let metrics = service.get("/metrics");
    assert_eq!(metrics.status, 200);
    assert_eq!(metrics.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    let expected = "# HELP request_processing_counter 接口调用计数器\n\
                    # TYPE request_processing_counter counter\n\
                    request_processing_counter{interface=\"/deploy\"} 21\n\
                    request_processing_counter{interface=\"/rollback\"} 36\n";
    assert!(metrics.text.contains(expected), "{}", metrics.text);
    #[cfg(target_os = "linux")]
    assert!(sample(&metrics.text, "process_resident_memory_bytes").is_some(), "{}", metrics.text);
}

#[test]
fn a_deploy_and_a_rollback_move_the_link() {
    let service = Service::start(Profile::Debug);
    let agent = agent();
    let deploy = |version: &str| {
        let body = format!(r#"{{"app":"web","version":"{version}"}}"#);
        let answer = service.post(&agent, "/deploy", &body);
        assert_eq!(answer.text, r#"{"status_code":200,"data":"部署成功"}"#);
    };
    let current = || service.releases.current("web");

    assert_eq!(current(), None);
    deploy("1.4.1");
    assert_eq!(current().as_deref(), Some("1.4.1"));
    deploy("1.4.2");
    // The same once more does not forget the one before.
    deploy("1.4.2");
    assert_eq!(current().as_deref(), Some("1.4.2"));

    let answer = service.post(&agent, "/rollback", ROLLBACK);
    assert_eq!(answer.text, r#"{"status_code":200,"data":"回滚成功!"}"#);
    assert_eq!(current().as_deref(), Some("1.4.1"));
    assert_eq!(service.post(&agent, "/rollback", ROLLBACK).status, 409);
    assert_eq!(current().as_deref(), Some("1.4.1"));

    // The work behind the handlers is observed too.
    let metrics = service.get("/metrics").text;
    for (name, value) in [
        (r#"release_changes_total{interface="deploy"}"#, "3"),
        (r#"release_changes_outcomes_total{interface="deploy",outcome="success"}"#, "3"),
        (r#"release_changes_outcomes_total{interface="rollback",outcome="success"}"#, "1"),
        (r#"release_changes_outcomes_total{interface="rollback",outcome="client_error"}"#, "1"),
        (r#"release_changes_seconds_count{interface="rollback"}"#, "2"),
        (r#"release_changes_in_flight{interface="deploy"}"#, "0"),
    ] {
        assert_eq!(sample(&metrics, name), Some(value), "{name} in {metrics}");
    }
}

#[test]
fn bad_orders_are_answered_counted_and_change_nothing() {
    let service = Service::start(Profile::Debug);
    let agent = agent();
    let large = format!(r#"{{"app":"web","version":"1.4.2","note":"{}"}}"#, "x".repeat(64 << 10));
    let huge = "[".repeat(256 << 10);
    let deploys = [
        ("not json", 400, r#"send {"app":"web","version":"1.4.2"}"#),
        ("", 400, r#"send {"app":"web","version":"1.4.2"}"#),
        ("[]", 400, r#"send {"app":"web","version":"1.4.2"}"#),
        (r#"{"app":"web"}"#, 400, "version"),
        (r#"{"version":"1.4.2"}"#, 400, "app"),
        (r#"{"app":1,"version":"1.4.2"}"#, 400, "string"),
        (r#"{"app":"web","version":".."}"#, 400, "without `..`"),
        (r#"{"app":"web","version":"../../etc"}"#, 400, "letters, digits"),
        (r#"{"app":"web/releases","version":"1.4.2"}"#, 400, "letters, digits"),
        (r#"{"app":"web","version":""}"#, 400, "letters, digits"),
        (r#"{"app":"shop","version":"1.4.2"}"#, 404, "send one of: web"),
        (r#"{"app":"web","version":"2.0"}"#, 404, "send one of: 1.4.1, 1.4.2"),
        (&large, 413, "65536 bytes"),
        (&huge, 413, "65536 bytes"),
    ];
    let rollbacks = [
        ("{", 400, r#"send {"app":"web"}"#),
        ("{}", 400, "app"),
        (r#"{"app":".."}"#, 400, "letters, digits"),
        (r#"{"app":"shop"}"#, 404, "send one of: web"),
        (ROLLBACK, 409, "/deploy first"),
    ];
    let before = service.releases.tree();
    let sent = [deploys.len() as u64, rollbacks.len() as u64];
    for (path, orders) in [("/deploy", &deploys[..]), ("/rollback", &rollbacks[..])] {
        for (body, status, says) in orders {
            let start = &body[..body.len().min(80)];
            let answer = service.post(&agent, path, body);
            assert_eq!(answer.status, *status, "{path} {start}: {answer:?}");
            assert!(answer.data().contains(says), "{path} {start}: {answer:?}");
        }
    }
    assert_eq!(service.releases.tree(), before);
    assert_eq!(counted(&service), sent);
    // And the service goes on.
    assert_eq!(service.post(&agent, "/deploy", DEPLOY).status, 200);
}

#[test]
fn a_body_that_is_not_declared_as_json_is_refused_and_counted() {
    let service = Service::start(Profile::Debug);
    for media_type in ["text/plain", "application/x-www-form-urlencoded"] {
        let request = agent().post(service.url("/deploy")).content_type(media_type);
        let answer = Answer::read(request.send(DEPLOY));
        assert_eq!(answer.status, 415);
        assert!(answer.data().contains("application/json"), "{answer:?}");
    }
    assert_eq!(service.releases.current("web"), None);
    assert_eq!(counted(&service), [2, 0]);
}

#[test]
fn a_wrong_method_or_path_reaches_no_interface() {
    let service = Service::start(Profile::Debug);
    let agent = agent();
    for path in ["/deploy", "/rollback"] {
        for answer in [
            Answer::read(agent.get(service.url(path)).call()),
            Answer::read(agent.delete(service.url(path)).call()),
            Answer::read(
                agent.put(service.url(path)).content_type("application/json").send(DEPLOY),
            ),
        ] {
            assert_eq!(answer.status, 405);
            assert_eq!(answer.header("allow"), "POST");
            assert!(answer.data().contains(&format!("POST {path}")), "{answer:?}");
        }
    }
    let answer = service.post(&agent, "/deploys", DEPLOY);
    assert_eq!(answer.status, 404);
    assert!(answer.data().contains("POST /deploy"), "{answer:?}");
    assert_eq!(service.post(&agent, "/metrics", "").status, 405);
    assert_eq!(counted(&service), [0, 0]);
}

#[test]
fn ten_thousand_requests_over_several_connections_are_counted_exactly() {
    let service = Service::start(Profile::Debug);
    thread::scope(|scope| {
        for connection in 0..8 {
            let service = &service;
            scope.spawn(move || {
                let agent = agent();
                for request in 0..1250 {
                    // 4 connections deploy, 4 roll back; every fifth order is no JSON.
                    let path = if connection % 2 == 0 { "/deploy" } else { "/rollback" };
                    let body = if request % 5 == 0 { "broken" } else { DEPLOY };
                    let status = service.post(&agent, path, body).status;
                    assert!([200, 400, 409].contains(&status), "{status}");
                }
            });
        }
    });
    assert_eq!(counted(&service), [5000, 5000]);
}

#[test]
fn deploys_at_once_leave_one_of_them_and_never_a_broken_link() {
    let service = Service::start(Profile::Debug);
    let over = AtomicBool::new(false);
    let looks = thread::scope(|scope| {
        let looking = scope.spawn(|| {
            let mut looks = 0_u32;
            while !over.load(Ordering::Relaxed) {
                // Panics on a link that leads nowhere.
                let current = service.releases.current("web");
                assert!(
                    matches!(current.as_deref(), None | Some("1.4.1" | "1.4.2")),
                    "{current:?}"
                );
                looks += 1;
            }
            looks
        });
        let deploying: Vec<_> = ["1.4.1", "1.4.2", "1.4.1", "1.4.2"]
            .map(|version| {
                let service = &service;
                scope.spawn(move || {
                    let agent = agent();
                    for _ in 0..200 {
                        let body = format!(r#"{{"app":"web","version":"{version}"}}"#);
                        assert_eq!(service.post(&agent, "/deploy", &body).status, 200);
                    }
                })
            })
            .into();
        for thread in deploying {
            thread.join().expect("all deploys succeed");
        }
        over.store(true, Ordering::Relaxed);
        looking.join().expect("the link was never broken")
    });
    assert!(looks > 0);
    assert!(service.releases.current("web").is_some());
    assert_eq!(counted(&service), [800, 0]);
}

#[test]
fn without_a_root_there_is_one_to_try_with() {
    let mut command = Service::command(Profile::Debug);
    let mut process = Process::start(command.args(["--listen", "127.0.0.1:0"]));
    let first = process.line();
    let address = Service::address(&first);
    let (_, root) = first.split_once(" with the releases in ").expect(&first);
    let root = std::path::PathBuf::from(root);
    // What it prints to try works as it is printed.
    let mut tried = Vec::new();
    while tried.len() < 3 {
        let line = process.line();
        let Some(curl) = line.trim().strip_prefix("curl ") else {
            continue;
        };
        let url = curl.split(' ').next().expect(curl);
        assert!(url.starts_with(&format!("http://{address}/")), "{line}");
        let answer = match curl.split_once("-d ") {
            Some((_, body)) => {
                let request = agent().post(url).content_type("application/json");
                Answer::read(request.send(body.trim_matches('\'')))
            }
            None => Answer::read(agent().get(url).call()),
        };
        assert_eq!(answer.status, 200, "{line}: {answer:?}");
        tried.push(answer.text);
    }
    assert_eq!(tried[0], r#"{"status_code":200,"data":"部署成功"}"#);
    assert_eq!(tried[1], r#"{"status_code":200,"data":"回滚成功!"}"#);
    assert_eq!(sample(&tried[2], r#"request_processing_counter{interface="/deploy"}"#), Some("1"));
    assert!(root.is_dir());

    #[cfg(unix)]
    {
        assert!(process.terminate().success(), "{}", process.log());
        assert!(!root.exists(), "the temporary root is left behind");
    }
    drop(process);
}

#[test]
fn what_it_cannot_start_with_it_says_and_ends() {
    let taken = Service::start(Profile::Debug);
    let address = taken.address.to_string();
    for (arguments, says) in [
        (["--listen", &address], "choose another with --listen"),
        (["--root", "/no/such/folder"], "/no/such/folder"),
        (["--workers", "0"], "--workers"),
    ] {
        let mut process = Process::start(Service::command(Profile::Debug).args(arguments));
        assert!(!process.wait().success());
        assert!(process.log().contains(says), "{}", process.log());
    }
}

#[cfg(unix)]
#[test]
fn a_request_under_way_at_sigterm_is_answered() {
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::time::Duration;

    let mut service = Service::start(Profile::Debug);
    let mut connection = TcpStream::connect(service.address).expect("a connection");
    connection.set_read_timeout(Some(Duration::from_secs(30))).expect("a time limit");
    let head = format!(
        "POST /deploy HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n",
        DEPLOY.len()
    );
    let (first, second) = DEPLOY.split_at(10);
    connection.write_all(format!("{head}{first}").as_bytes()).expect("half a request");
    // The service has begun to read it once another connection's request is through.
    assert_eq!(counted(&service), [0, 0]);

    let service_address = service.address;
    let terminated = thread::spawn(move || {
        let status = service.process.terminate();
        (status, service)
    });
    // It has stopped accepting once it refuses another connection.
    wait_for(
        "the service to stop accepting",
        Duration::from_secs(30),
        || match TcpStream::connect(service_address) {
            Ok(_) => Err("it accepts".to_owned()),
            Err(_) => Ok(()),
        },
    );
    connection.write_all(second.as_bytes()).expect("the other half");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).expect("an answer and the end of the connection");
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.ends_with(r#"{"status_code":200,"data":"部署成功"}"#), "{answer}");
    let (status, service) = terminated.join().expect("terminated");
    assert!(status.success(), "{}", service.process.log());
    assert_eq!(service.releases.current("web").as_deref(), Some("1.4.2"));
}
