//! Validation of requests about accounts.

use crate::error::{Error, FieldCode, FieldError, FieldErrors};
use crate::mail::EmailAddress;
use crate::text;

/// Longest reason of a suspension.
pub const MAX_REASON: usize = 500;

/// Validates the reason that the owner of an account reads.
///
/// # Errors
/// 422 at `/reason`.
pub(super) fn reason(text: &str) -> Result<String, Error> {
    let mut faults = FieldErrors::new();
    let reason = faults.take("/reason", text::name::remark(text, MAX_REASON));
    faults.finish_with(reason)
}

/// Validates the new address of an account whose address is `current`.
///
/// # Errors
/// 422 at `/email`.
pub(super) fn new_address(text: &str, current: &str) -> Result<EmailAddress, Error> {
    let fault = |fault: FieldError| Error::invalid(vec![FieldError { pointer: "/email".to_owned(), ..fault }]);
    let address = EmailAddress::parse(text).map_err(fault)?;
    // The same address in other capitals is a change like any other: mail to it proves that it arrives.
    if address.as_str() == current {
        return Err(fault(FieldError::new("", FieldCode::SameAddress)));
    }
    Ok(address)
}

/// Validates the address of a query.
///
/// # Errors
/// 400.
pub(super) fn address_in_query(text: &str) -> Result<EmailAddress, Error> {
    EmailAddress::parse(text).map_err(|_fault| Error::bad_query(vec![FieldError::new("email", FieldCode::BadEmail)]))
}
