//! Forms: what one shows, and what one sends.
//!
//! A form that is refused comes back with what was typed and with each error at its field. So [`Posted`] keeps the fields as they were sent,
//! secrets left out, beside the typed input; a field that no input names is ignored, since browser extensions add their own.
//! The pointer of an error (`/phone`) is the name of its field; what points at no field of the form is shown in the summary alone.
//! The summary is in the order of the fields.
//! A field is labelled `field-<name>`, at the field and in the summary, unless its form says otherwise ([`FormState::labelled`]).

use std::collections::BTreeSet;
use std::fmt::Display;
use std::future::{Future, Ready, ready};
use std::marker::PhantomData;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::answer::{Refusable, Refusal};
use super::page::Page;
use crate::db::Id;
use crate::error::{Error, FieldCode, ProblemCode};
use crate::http::form_pairs;
use crate::http::idempotency::MAX_KEY;
use crate::http::problem::{Problem, ProblemField};
use crate::idempotency::Ticket;

/// How the names of the fields of questionnaires begin (`question_forms`): no answer is a secret of an account, whatever
/// its question is called.
const ANSWER: &str = "q:";
/// Parts of the names of fields that are never shown again.
const SECRETS: [&str; 2] = ["password", "secret"];
/// The field of a file, of which a form has one at most.
pub const FILE: &str = "file";
/// The key of the text for a field that is missing.
pub const MISSING: &str = "fault-missing";
/// The field of a code of a second factor, which is not shown again either.
const CODE: &str = "code";
/// What is wrong with a content. A field that was sent empty has none: it is told as a missing one.
const OF_CONTENT: [FieldCode; 11] = [
    FieldCode::BadCode,
    FieldCode::BadDate,
    FieldCode::BadDomain,
    FieldCode::BadEmail,
    FieldCode::BadInstant,
    FieldCode::BadPhone,
    FieldCode::BadUrl,
    FieldCode::UnknownLanguage,
    FieldCode::UnknownOrganisation,
    FieldCode::UnknownValue,
    FieldCode::WrongType,
];

/// An error of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormError {
    /// The field, where the form has it.
    pub field: String,
    /// What is wrong, in the reader's language.
    pub text: String,
}

/// The label of a field.
#[derive(Clone, Debug)]
struct Label {
    name: String,
    /// At the field.
    text: String,
    /// In the summary of errors, where the field stands alone.
    told: String,
}

/// The values and errors that a form shows.
#[derive(Clone, Debug, Default)]
pub struct FormState {
    values: Vec<(String, String)>,
    /// The fields in the order in which they were sent, secrets too.
    order: Vec<String>,
    /// Labels that this form has in place of the usual ones.
    labels: Vec<Label>,
    /// What is wrong, in the order of the fields.
    pub errors: Vec<FormError>,
    refusal: Option<Refusal>,
    /// The code of the problem.
    code: Option<ProblemCode>,
}

impl FormState {
    /// The form of a stored thing, whose members have the names of the fields. Absent values are empty fields.
    ///
    /// # Errors
    /// Where it is no flat thing, which the test of the page finds.
    pub fn of(stored: &impl Serialize) -> Result<Self, Error> {
        let text = serde_html_form::to_string(stored).map_err(|error| Error::internal(error.to_string()))?;
        Ok(Self { values: form_pairs(text.as_bytes()), ..Self::default() })
    }

    /// The form as it was sent, secrets left out.
    #[must_use]
    pub fn sent(body: &[u8]) -> Self {
        Self::typed(form_pairs(body))
    }

    /// The form with these fields, secrets left out.
    #[must_use]
    pub fn typed(mut values: Vec<(String, String)>) -> Self {
        let order = values.iter().map(|(name, _)| name.clone()).collect();
        values.retain(|(name, _)| !is_secret(name));
        Self { values, order, ..Self::default() }
    }

    /// The fields and their values.
    #[must_use]
    pub fn into_values(self) -> Vec<(String, String)> {
        self.values
    }

    /// The fields and their values, in their order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A value that the form begins with.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Display) -> Self {
        self.values.push((name.to_owned(), value.to_string()));
        self
    }

    /// The form with this value alone in a field, as the new version after a conflict.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl Display) -> Self {
        self.values.retain(|(known, _)| known != name);
        self.with(name, value)
    }

    /// The form with what another one has in these fields, and nothing else in them.
    #[must_use]
    pub fn with_fields_of(mut self, other: &Self, names: &BTreeSet<String>) -> Self {
        self.values.retain(|(name, _)| !names.contains(name));
        self.values.extend(other.values.iter().filter(|(name, _)| names.contains(name)).cloned());
        self
    }

    /// The ticket of the form that `actor` sent to the address of `page`; none where it carries no key. The same fields with the same key
    /// are the same request.
    #[must_use]
    pub fn ticket(&self, page: &Page, actor: Id) -> Option<Ticket> {
        let key = self.value("key");
        let mut parts: Vec<&[u8]> = vec![b"POST", page.path().as_bytes()];
        for (name, value) in &self.values {
            parts.extend([name.as_bytes(), value.as_bytes()]);
        }
        (1..=MAX_KEY).contains(&key.len()).then(|| Ticket::new(actor, key, &parts))
    }

    /// The first value of a field.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.values.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// All values of a field.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.values.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect()
    }

    /// Without values of more than `most` bytes, except those of one field: what a stranger sent is not sent back at length.
    #[must_use]
    pub fn without_long(mut self, most: usize, except: &str) -> Self {
        self.values.retain(|(name, value)| name == except || value.len() <= most);
        self
    }

    /// Whether a field has this value among its own: of choices of which any may be made.
    #[must_use]
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.values.iter().any(|(known, chosen)| known == name && chosen == value)
    }

    /// What is wrong with a field; empty where nothing is.
    #[must_use]
    pub fn error(&self, name: &str) -> &str {
        self.errors.iter().find(|error| error.field == name).map_or("", |error| &error.text)
    }

    /// The form with a label of its own for a field, where the usual one (`field-<name>`) does not say what is meant.
    #[must_use]
    pub fn labelled(mut self, name: impl Into<String>, label: String) -> Self {
        self.labels.push(Label { name: name.into(), told: label.clone(), text: label });
        self
    }

    /// The same for a field of a group, as of one technology among many: the summary names the group too.
    #[must_use]
    pub fn labelled_in(mut self, group: &str, name: impl Into<String>, label: String) -> Self {
        self.labels.push(Label { name: name.into(), told: format!("{group}, {label}"), text: label });
        self
    }

    /// The label of a field.
    #[must_use]
    pub fn label(&self, page: &Page, name: &str) -> String {
        self.own_label(name).map_or_else(|| page.label(name), |own| own.text.clone())
    }

    fn own_label(&self, name: &str) -> Option<&Label> {
        self.labels.iter().find(|known| known.name == name)
    }

    /// The errors as the summary tells them: each with the label of its field before it. An error without a labelled
    /// field has none to lead to.
    #[must_use]
    pub fn summary(&self, page: &Page) -> Vec<FormError> {
        let label = |field: &str| self.own_label(field).map(|own| own.told.clone()).or_else(|| page.known_label(field));
        let told = |error: &FormError| match label(&error.field) {
            Some(label) => {
                let parts = [("field", label), ("problem", error.text.clone())];
                FormError { field: error.field.clone(), text: page.text_with("form-problem", &parts) }
            }
            None => FormError { field: String::new(), text: error.text.clone() },
        };
        self.errors.iter().map(told).collect()
    }

    /// The form with the errors of other fields than these in its summary alone: no element bears their names.
    #[must_use]
    pub fn with_errors_among(mut self, fields: &[&str]) -> Self {
        for error in self.errors.iter_mut().filter(|error| !fields.contains(&error.field.as_str())) {
            error.field.clear();
        }
        self
    }

    /// The form with the errors of single items of a list (`languages-0`) at the field of the list.
    #[must_use]
    pub fn with_errors_at_lists(mut self) -> Self {
        for error in &mut self.errors {
            if let Some(list) = error.field.split_once('-').map(|(list, _)| list.to_owned()) {
                error.field = list;
            }
        }
        self
    }

    /// The form after a refusal, in the language of `page`.
    #[must_use]
    pub fn refused(self, page: &Page, error: &Error) -> Self {
        self.with_problem(page.problem(error), error.retry_after(), &page.text(MISSING))
    }

    /// The same, of a problem in the language of its reader, and with the text for a field that is missing.
    #[must_use]
    pub fn with_problem(mut self, problem: Problem, retry_after: Option<u32>, missing: &str) -> Self {
        let mut errors = if problem.errors.is_empty() {
            vec![FormError { field: String::new(), text: problem.in_full() }]
        } else {
            let error = |fault: ProblemField| {
                let field = fault.pointer.trim_start_matches('/').replace('/', "-");
                let is_missing = OF_CONTENT.contains(&fault.code) && self.is_left_empty(&field);
                FormError { text: if is_missing { missing.to_owned() } else { fault.detail }, field }
            };
            problem.errors.into_iter().map(error).collect()
        };
        errors.sort_by_cached_key(|error| self.place_of(&error.field));
        self.errors = errors;
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self.refusal = Some(Refusal { status, retry_after });
        self.code = Some(problem.code);
        self
    }

    /// Whether it was refused for this reason, so that its page can lead to what helps.
    #[must_use]
    pub fn is_refused_for(&self, code: ProblemCode) -> bool {
        self.code == Some(code)
    }

    /// Whether a field was sent, with nothing in it.
    fn is_left_empty(&self, field: &str) -> bool {
        let mut sent = self.values.iter().filter(|(name, _)| name == field).peekable();
        sent.peek().is_some() && sent.all(|(_, value)| value.trim().is_empty())
    }

    /// Where a field, or the list of an item (`languages-0`), stands among those that were sent. What was not sent, as
    /// a choice that was not made, comes last.
    fn place_of(&self, field: &str) -> Option<usize> {
        if field.is_empty() {
            return None;
        }
        let list = field.split_once('-').map_or(field, |(list, _)| list);
        let place = self.order.iter().position(|name| name == field || name == list);
        Some(place.unwrap_or(self.order.len()))
    }

    /// Whether it was refused since somebody else has changed meanwhile what it is about.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.refusal.is_some_and(|refusal| refusal.status == StatusCode::PRECONDITION_FAILED)
    }
}

impl Refusable for FormState {
    fn refusal(&self) -> Option<Refusal> {
        self.refusal
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !name.starts_with(ANSWER) && (name == CODE || SECRETS.iter().any(|part| name.contains(part)))
}

/// A form that was sent: its input, and what it shows again where it is refused.
pub struct Posted<T> {
    /// The input; an error where a field is missing or has another shape.
    pub input: Result<T, Error>,
    /// The form as it was sent, secrets left out.
    pub form: FormState,
}

impl<T: DeserializeOwned + 'static> FromRequest for Posted<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let unread = UnreadForm { request: request.clone(), payload: payload.take(), of: PhantomData };
        Box::pin(unread.read())
    }
}

/// The unread form of a request, as `http::Unread`: for a handler whose guard cannot decide alone, since the right
/// depends on what the address names. The handler checks that first, and then reads the form.
pub struct UnreadForm<T> {
    request: HttpRequest,
    payload: Payload,
    of: PhantomData<T>,
}

impl<T: DeserializeOwned> UnreadForm<T> {
    /// Reads it.
    ///
    /// # Errors
    /// 413 or 415; 408 if it takes too long.
    pub async fn read(self) -> Result<Posted<T>, Error> {
        let body = crate::http::form_body(&self.request, self.payload).await?;
        Ok(Posted { input: crate::http::form_input(&body), form: FormState::sent(&body) })
    }
}

impl<T: 'static> FromRequest for UnreadForm<T> {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Ok(Self { request: request.clone(), payload: payload.take(), of: PhantomData }))
    }
}
