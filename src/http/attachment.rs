//! Files of people that are served as downloads only: no browser shows them under the portal's origin.

use actix_web::HttpResponse;
use actix_web::http::header::{
    CONTENT_SECURITY_POLICY, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue,
};

/// A file runs no scripts, and has no origin and no frame, should a browser show it after all.
const SANDBOX: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; sandbox";

/// A file as an attachment (RFC 6266), with its name in ASCII and in full (RFC 8187).
pub fn attachment(media_type: &str, name: &str, content: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((CONTENT_SECURITY_POLICY, SANDBOX))
        .insert_header(disposition(name))
        .body(content)
}

fn disposition(name: &str) -> ContentDisposition {
    let plain: String = deunicode::deunicode(name).chars().filter(|c| c.is_ascii_graphic() || *c == ' ').collect();
    let whole = ExtendedValue { charset: Charset::Ext("UTF-8".to_owned()), language_tag: None, value: name.into() };
    ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(plain), DispositionParam::FilenameExt(whole)],
    }
}
