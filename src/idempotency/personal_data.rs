//! Personal data in stored answers: whom they were sent to, and whom they name.

use super::store;
use super::types::SearchedAnswer;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::personal_data::{Copies, Erasure, Lists, PersonalData, Sought, Subject};
use crate::text::names_address;
use crate::time::Timestamp;

/// The personal data of stored answers.
pub struct PersonalRecords;

impl PersonalData for PersonalRecords {
    fn export(&self, _: &mut Conn, _: &Subject, _: &mut Lists) -> Result<(), Error> {
        // Stored answers are one-day copies of what other features export.
        Ok(())
    }

    /// Deletes the answers to the person. Those that name the person are searched before ([`AnswerCopies`]).
    fn erase(&self, conn: &mut Conn, erasure: &Erasure) -> Result<(), Error> {
        store::forget(conn, erasure.user)
    }
}

/// The answers of a day, as an erasure searches them: those that name the person by account, appointment or address.
pub struct AnswerCopies;

impl Copies for AnswerCopies {
    /// Person, key and time: a key may be used again for another answer.
    type Key = (Id, String, Timestamp);
    type Text = SearchedAnswer;

    fn keys(conn: &mut Conn) -> Result<Vec<Self::Key>, Error> {
        store::keys(conn)
    }

    fn texts(conn: &mut Conn, keys: &[Self::Key]) -> Result<Vec<(Self::Key, SearchedAnswer)>, Error> {
        store::searched(conn, keys)
    }

    fn names(answer: &SearchedAnswer, sought: &Sought) -> bool {
        // An escaped line end of JSON is no part of an address.
        let lower = answer.body.replace("\\n", "\n").to_lowercase();
        sought.ids().iter().any(|id| lower.contains(id.as_str()))
            || sought.addresses_at(answer.created_at).any(|address| names_address(&lower, address))
    }

    fn delete(conn: &mut Conn, keys: &[Self::Key]) -> Result<(), Error> {
        store::delete_some(conn, keys)
    }
}
