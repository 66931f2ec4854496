//! Caught mails: parsed, and shown on a page.

use std::fmt::Write as _;
use std::sync::Arc;

use actix_web::{App, HttpResponse, HttpServer, web};
use mail_parser::MessageParser;

use super::receiver::{Received, Receiver};
use crate::error::{Error, OrInternal as _};

/// A mail as its reader sees it.
#[derive(Clone, Debug)]
pub struct CaughtMail {
    /// The address of the envelope.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// The language that it declares.
    pub language: String,
    /// The Message-ID.
    pub message_id: String,
    /// Names and values of all headers, unfolded.
    pub headers: Vec<(String, String)>,
}

impl CaughtMail {
    /// Parses a mail; none if it is malformed.
    #[must_use]
    pub fn read(received: &Received) -> Option<Self> {
        let message = MessageParser::default().parse(&received.bytes)?;
        let language = message.header_raw("Content-Language").unwrap_or_default().trim().to_owned();
        Some(Self {
            to: received.to.clone(),
            subject: message.subject().unwrap_or_default().to_owned(),
            text: message.body_text(0).unwrap_or_default().replace("\r\n", "\n"),
            html: message.body_html(0).unwrap_or_default().into_owned(),
            language,
            message_id: message.message_id().unwrap_or_default().to_owned(),
            headers: message
                .headers_raw()
                .map(|(name, value)| (name.to_owned(), value.split_whitespace().collect::<Vec<_>>().join(" ")))
                .collect(),
        })
    }

    /// A header, unfolded.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The secret in the link to `page`, as in `/verify?token=…`.
    #[must_use]
    pub fn token(&self, page: &str) -> Option<String> {
        let (_, rest) = self.text.split_once(&format!("/{page}?token="))?;
        let secret = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').next()?;
        Some(secret.to_owned())
    }
}

/// Serves the caught mails on a free port of loopback; returns the address of the page.
pub(super) fn serve(receiver: Arc<Receiver>) -> Result<String, Error> {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::from(Arc::clone(&receiver)))
            .route("/", web::get().to(list))
            .route("/{number}", web::get().to(one))
    })
    .workers(1)
    .disable_signals()
    .bind(("127.0.0.1", 0))
    .or_internal()?;
    let address = server.addrs().first().copied().ok_or_else(|| Error::internal("bound to nothing"))?;
    actix_web::rt::spawn(server.run());
    Ok(format!("http://{address}/"))
}

async fn list(receiver: web::Data<Receiver>) -> HttpResponse {
    let mut rows = String::new();
    for (number, received) in receiver.inbox().iter().enumerate().rev() {
        if let Some(mail) = CaughtMail::read(received) {
            let (to, subject) = (escape(&mail.to), escape(&mail.subject));
            let _ = writeln!(rows, "<tr><td>{to}<td>{}<td><a href=\"/{number}\">{subject}</a>", mail.language);
        }
    }
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(format!(
        "<!DOCTYPE html><html lang=\"en\"><title>Caught mails</title>\
         <style>body{{font:16px/1.5 system-ui,sans-serif;margin:24px}}td{{padding:4px 16px 4px 0}}</style>\
         <h1>Caught mails, the newest first</h1><table>{rows}</table>"
    ))
}

async fn one(receiver: web::Data<Receiver>, number: web::Path<usize>) -> HttpResponse {
    let inbox = receiver.inbox();
    match inbox.get(number.into_inner()).and_then(CaughtMail::read) {
        Some(mail) => HttpResponse::Ok().content_type("text/html; charset=utf-8").body(mail.html),
        None => HttpResponse::NotFound().finish(),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
