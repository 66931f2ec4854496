//! What is wrong with the fields of a request: one [`FieldError`] each, gathered by [`FieldErrors`] so that a client
//! learns of all at once.

use std::fmt;

use super::{Args, Error, FieldCode, Result};

/// What is wrong with one field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) into the body, or the name of a query parameter.
    pub pointer: String,
    /// What is wrong, for programs; the text stands under `fault-<code>`.
    pub code: FieldCode,
    /// What the text wants to know.
    pub args: Args,
}

impl FieldError {
    /// A fault at `pointer` whose text needs nothing more.
    #[must_use]
    pub fn new(pointer: impl Into<String>, code: FieldCode) -> Self {
        Self { pointer: pointer.into(), code, args: Vec::new() }
    }

    /// The same with a value for the text.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

/// Most faults that a client is told of at once.
const MOST_FAULTS: usize = 100;

/// Gathers the faults of a request, so that a client learns of all of them at once, or of the first hundred.
#[derive(Debug, Default)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// None so far.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a fault.
    pub fn add(&mut self, fault: FieldError) {
        if self.0.len() < MOST_FAULTS {
            self.0.push(fault);
        }
    }

    /// The value, or `None` and a fault at `pointer`.
    pub fn take<T>(&mut self, pointer: &str, parsed: std::result::Result<T, FieldError>) -> Option<T> {
        parsed.map_err(|fault| self.add(FieldError { pointer: pointer.to_owned(), ..fault })).ok()
    }

    /// The same for a field that may be absent.
    pub fn take_optional<T, F>(&mut self, pointer: &str, value: Option<&str>, parse: F) -> Option<T>
    where
        F: FnOnce(&str) -> std::result::Result<T, FieldError>,
    {
        value.and_then(|text| self.take(pointer, parse(text)))
    }

    /// 422 where there was a fault.
    pub fn finish(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::invalid(self.0)) }
    }

    /// The parsed request, where every field of it was good.
    pub fn finish_with<T>(self, parsed: Option<T>) -> Result<T> {
        self.finish()?;
        parsed.ok_or_else(|| Error::internal("a field was refused without a fault"))
    }
}
