use actix_web::body::BoxBody;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, Responder, ResponseError};
use serde::Serialize;

/// The shape of every answer, good or bad: `{"status_code":200,"data":"…"}`.
#[derive(Debug, Serialize)]
pub(crate) struct Answer {
    status_code: u16,
    data: String,
}

impl Answer {
    pub(crate) fn done(data: &str) -> Self {
        Self { status_code: StatusCode::OK.as_u16(), data: data.to_owned() }
    }
}

impl Responder for Answer {
    type Body = BoxBody;

    fn respond_to(self, _request: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok().json(self)
    }
}

/// Why an order was not carried out; unless the file system failed, nothing was changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("{0}")]
    Body(String),
    #[error("{0}")]
    TooLarge(String),
    #[error("{0}")]
    MediaType(String),
    #[error("{0}")]
    Unknown(String),
    #[error("{0}")]
    NothingBefore(String),
    #[error("use POST, as in: POST {0}")]
    Method(String),
    #[error("the releases cannot be changed: {0}")]
    Failed(#[from] std::io::Error),
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Body(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Unknown(_) => StatusCode::NOT_FOUND,
            Self::NothingBefore(_) => StatusCode::CONFLICT,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        let mut response = HttpResponse::build(status);
        if let Self::Method(_) = self {
            response.insert_header((header::ALLOW, "POST"));
        }
        response.json(Answer { status_code: status.as_u16(), data: self.to_string() })
    }
}
