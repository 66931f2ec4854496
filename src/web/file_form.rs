//! Forms with a file: `multipart/form-data` with small fields and one file.
//!
//! [`UnreadFile`] is the body before it is read, like `http::Upload`: the handler asks for rights and for what bounds
//! uploads first. [`UnreadFile::read`] gives the fields and the file. The fields come before the file, so that a form
//! whose file is too large comes back with them. A file cannot be put into a form again: its sender chooses it anew.
//!
//! What is wrong with a file, or with a row of it, is told at the field of the file ([`returned_with_file`]).
//!
//! Left out: what a file may be, which the services decide by its content.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};

use super::{FILE, FormError, FormState, Page, returned};
use crate::error::{Error, FieldCode, FieldError, ProblemCode};
use crate::http::Upload;
use crate::http::multipart::{self, HashedForm, Part, Parts};

/// Most bytes of everything but the file.
const AROUND: usize = 16_384;

/// The unread body of a form with a file.
pub struct UnreadFile {
    upload: Upload,
    boundary: Option<String>,
}

/// A file as a browser sent it.
#[derive(Clone, Debug, Default)]
pub struct SentFile {
    /// Its name, to be shown and not to be trusted.
    pub name: String,
    /// The media type that the browser states, in lower case and without parameters.
    pub media_type: String,
    /// What it holds.
    pub content: Bytes,
}

/// A form with a file that was sent.
pub struct PostedFile {
    /// The fields as they were sent, secrets left out.
    pub form: FormState,
    /// The file; an error where none was chosen, or where it is too large.
    pub file: Result<SentFile, Error>,
    /// Bytes that came beside the content of the file.
    pub beside: usize,
}

impl UnreadFile {
    /// The bytes to charge for a form with a file of at most `limit` bytes, before it is read: the whole body, since
    /// whatever is around the file is received, too.
    #[must_use]
    pub fn expected(&self, limit: usize) -> usize {
        self.upload.expected_start(limit.saturating_add(AROUND))
    }

    /// Reads the form, with a file of at most `limit` bytes.
    ///
    /// # Errors
    /// 415 for another media type, 400 for a body that is no such form, 408 if it takes too long, 413 if it never ends.
    pub async fn read(self, limit: usize) -> Result<PostedFile, Error> {
        let boundary = self.boundary.ok_or_else(no_form)?;
        let kept = limit.saturating_add(AROUND);
        let is_far_too_large = self.upload.is_far_beyond(kept);
        let (body, came) = self.upload.read_start(kept).await?;
        let is_all = came <= kept && !is_far_too_large;
        if is_far_too_large {
            return Ok(PostedFile { form: FormState::default(), file: Err(too_large(limit)), beside: 0 });
        }
        let Parts { whole, is_complete } = multipart::parts(&body, &boundary).ok_or_else(broken)?;
        if is_all && !is_complete {
            return Err(broken());
        }
        let (files, fields): (Vec<Part>, Vec<Part>) = whole.into_iter().partition(|part| part.file_name.is_some());
        let text = |part: Part| (part.name, String::from_utf8_lossy(&part.content).into_owned());
        let form = FormState::typed(fields.into_iter().map(text).collect());
        let file = if is_all { chosen(files, limit) } else { Err(too_large(limit)) };
        let beside = came - file.as_ref().map_or(0, |file| file.content.len());
        Ok(PostedFile { form, file, beside })
    }

    /// The SHA-256 of its file, which has at most `limit` bytes; an error within where none was chosen, or where it is
    /// too large. It is hashed while it arrives, and nothing of it is kept: for senders without a login, of
    /// whom one that sends nothing is not waited for.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub async fn fingerprint(self, limit: usize) -> Result<Result<Vec<u8>, Error>, Error> {
        let boundary = self.boundary.ok_or_else(no_form)?;
        let kept = limit.saturating_add(AROUND);
        if self.upload.is_far_beyond(kept) {
            return Ok(Err(too_large(limit)));
        }
        let mut form = HashedForm::new(&boundary, FILE, limit);
        self.upload.soon().each(kept, |piece| form.push(piece)).await?;
        let file = form.finish().ok_or_else(broken)?;
        Ok(match file {
            file if file.size > limit => Err(too_large(limit)),
            file if file.size > 0 || !file.name.is_empty() => Ok(file.sha256),
            _ => Err(none_chosen()),
        })
    }
}

impl FromRequest for UnreadFile {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let named = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let boundary = named.and_then(multipart::boundary);
        ready(Upload::from_request(request, payload).into_inner().map(|upload| Self { upload, boundary }))
    }
}

/// The file that was chosen.
fn chosen(files: Vec<Part>, limit: usize) -> Result<SentFile, Error> {
    let file = files.into_iter().find(|part| part.name == FILE).unwrap_or_default();
    let name = file.file_name.unwrap_or_default();
    if file.content.len() > limit {
        return Err(too_large(limit));
    }
    // A browser sends an empty part without a name where no file was chosen.
    if name.is_empty() && file.content.is_empty() {
        return Err(none_chosen());
    }
    Ok(SentFile { name, media_type: file.media_type, content: file.content })
}

/// 415.
fn no_form() -> Error {
    let refusal = Error::refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, ProblemCode::MediaType);
    refusal.with("wanted", "multipart/form-data")
}

/// 400.
fn broken() -> Error {
    Error::refused(StatusCode::BAD_REQUEST, ProblemCode::BrokenBody)
}

fn none_chosen() -> Error {
    Error::invalid(vec![FieldError::new(format!("/{FILE}"), FieldCode::Missing)])
}

fn too_large(limit: usize) -> Error {
    Error::refused(StatusCode::PAYLOAD_TOO_LARGE, ProblemCode::TooLarge).with("limit", limit)
}

/// The form with a file after a refusal, as [`returned`]. What is wrong with none of these `fields` is told at the
/// file, with its row where it has one.
///
/// # Errors
/// The error itself where another page tells it.
pub fn returned_with_file(page: &Page, form: FormState, error: Error, fields: &[&str]) -> Result<FormState, Error> {
    const OF_FILE: [StatusCode; 3] =
        [StatusCode::PAYLOAD_TOO_LARGE, StatusCode::UNSUPPORTED_MEDIA_TYPE, StatusCode::UNPROCESSABLE_ENTITY];
    const OF_BODY: StatusCode = StatusCode::REQUEST_TIMEOUT;
    let status = match &error {
        Error::Refused(refusal) => refusal.status,
        Error::Internal(_) => return Err(error),
    };
    if error.is_any_of(&[ProblemCode::MalformedJson]) {
        // Where in its bytes a file ceases to be JSON tells a person nothing.
        let mut form = form.refused(page, &error);
        form.errors = vec![FormError { field: FILE.to_owned(), text: page.text("upload-unreadable") }];
        return Ok(form);
    }
    if OF_FILE.contains(&status) {
        let mut form = form.refused(page, &error);
        for fault in form.errors.iter_mut().filter(|fault| !fields.contains(&fault.field.as_str())) {
            *fault = at_file(page, fault);
        }
        return Ok(form);
    }
    if status == OF_BODY { Ok(form.refused(page, &error)) } else { returned(page, form, error) }
}

/// An error at the field of the file, which names the row of the file.
fn at_file(page: &Page, fault: &FormError) -> FormError {
    let row = fault.field.split('-').find_map(|part| part.parse::<u32>().ok());
    let text = match row {
        Some(row) => page.text_with("upload-row", &[("row", row.to_string()), ("fault", fault.text.clone())]),
        None => fault.text.clone(),
    };
    FormError { field: FILE.to_owned(), text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(name: &str, file_name: &str, content: &'static [u8]) -> Part {
        let content = Bytes::from_static(content);
        Part { name: name.to_owned(), file_name: Some(file_name.to_owned()), content, ..Part::default() }
    }

    #[test]
    fn a_file_is_chosen_or_not_and_has_its_bound() {
        let code = |files: Vec<Part>| chosen(files, 3).map(|file| file.name).map_err(|error| error.code());
        assert_eq!(code(vec![part("other", "b", b"b"), part(FILE, "a.csv", b"abc")]), Ok("a.csv".to_owned()));
        assert_eq!(code(vec![part(FILE, "empty.csv", b"")]), Ok("empty.csv".to_owned()), "which its service refuses");
        assert_eq!(code(vec![part(FILE, "a.csv", b"abcd")]), Err(ProblemCode::TooLarge));
        for none in [vec![], vec![part(FILE, "", b"")], vec![part("other", "b", b"b")]] {
            assert_eq!(code(none), Err(ProblemCode::Invalid));
        }
    }
}
