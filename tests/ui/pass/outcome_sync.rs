use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use actix_web::error::ErrorNotFound;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use tallymark::{Outcome, ToOutcome, counted};
use tallymark_tests::outcomes;

#[counted(interface = "plain", outcome)]
fn plain(early: bool) -> u8 {
    if early {
        return 1;
    }
    2
}

#[counted(interface = "unit", outcome)]
fn unit() {}

#[counted(interface = "result", outcome)]
fn result(number: &str) -> Result<u32, std::num::ParseIntError> {
    let number: u32 = number.parse()?;
    if number == 0 {
        return Ok(0);
    }
    Ok(number + 1)
}

#[counted(interface = "option", outcome)]
fn option(number: Option<u8>) -> Option<String> {
    Some(number?.to_string())
}

#[counted(interface = "panic", outcome)]
fn panic() -> u8 {
    resume_unwind(Box::new(()))
}

#[counted(interface = "response", outcome)]
fn response(status: u16) -> HttpResponse {
    HttpResponse::build(StatusCode::from_u16(status).unwrap()).finish()
}

#[derive(Debug)]
struct Denied(u16);

impl std::fmt::Display for Denied {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("denied")
    }
}

impl ResponseError for Denied {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0).unwrap()
    }
}

type Answer<T> = Result<T, Denied>;

#[counted(interface = "response error", outcome)]
fn response_error(status: u16) -> Answer<HttpResponse> {
    match status {
        200..300 => Ok(response(status)),
        _ => Err(Denied(status)),
    }
}

#[counted(interface = "actix error", outcome)]
fn actix_error() -> actix_web::Result<String> {
    Err(ErrorNotFound("no such page"))
}

struct Maintenance;

impl ToOutcome for Maintenance {
    fn outcome(&self) -> Outcome {
        Outcome::Redirection
    }
}

#[counted(interface = "said", outcome)]
fn said() -> Maintenance {
    Maintenance
}

#[counted(interface = "said in err", outcome)]
fn said_in_err() -> Result<(), Maintenance> {
    Err(Maintenance)
}

#[counted(interface = "said in ok", outcome)]
fn said_in_ok() -> Result<Option<Maintenance>, ()> {
    Ok(Some(Maintenance))
}

#[counted(interface = "generic", outcome)]
fn generic<T>(value: T) -> T {
    value
}

fn main() {
    let text = tallymark::gather_text();
    for outcome in Outcome::ALL {
        let line = format!(
            "request_processing_outcomes_total{{interface=\"plain\",outcome=\"{}\"}} 0\n",
            outcome.as_str()
        );
        assert!(text.contains(&line), "{line} from the start");
    }

    assert_eq!((plain(true), plain(false)), (1, 2));
    assert_eq!(outcomes("plain"), [("success", 2)]);
    unit();
    assert_eq!(outcomes("unit"), [("success", 1)]);
    assert_eq!((result("0"), result("1")), (Ok(0), Ok(2)));
    result("one").unwrap_err();
    assert_eq!(outcomes("result"), [("success", 2), ("error", 1)]);
    assert_eq!((option(Some(1)).as_deref(), option(None)), (Some("1"), None));
    assert_eq!(outcomes("option"), [("success", 2)], "nothing answers 404 for it here");
    catch_unwind(panic).unwrap_err();
    assert_eq!(outcomes("panic"), [("panicked", 1)]);
    for status in [101, 200, 204, 301, 404, 500, 599] {
        let _ = response(status);
    }
    let by_status =
        [("success", 3), ("redirection", 1), ("client_error", 1), ("server_error", 2)];
    assert_eq!(outcomes("response"), by_status);
    let _ = (response_error(200), response_error(302), response_error(403), response_error(503));
    let by_status =
        [("success", 1), ("redirection", 1), ("client_error", 1), ("server_error", 1)];
    assert_eq!(outcomes("response error"), by_status);
    actix_error().unwrap_err();
    assert_eq!(outcomes("actix error"), [("client_error", 1)]);
    let _ = (said(), said_in_err(), said_in_ok());
    for interface in ["said", "said in err", "said in ok"] {
        assert_eq!(outcomes(interface), [("redirection", 1)], "{interface}");
    }
    let _ = (generic(1), generic(Err::<(), _>(1)));
    assert_eq!(outcomes("generic"), [("success", 2)], "of a generic parameter nothing is known");

    // A call that returns while its thread unwinds for another's sake has not panicked.
    struct CallsWhenDropped;
    impl Drop for CallsWhenDropped {
        fn drop(&mut self) {
            plain(true);
        }
    }
    catch_unwind(AssertUnwindSafe(|| {
        let _calls = CallsWhenDropped;
        resume_unwind(Box::new(()));
    }))
    .unwrap_err();
    assert_eq!(outcomes("plain"), [("success", 3)]);
}
