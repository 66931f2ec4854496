//! What receivers answered, as an erasure searches it: an answer may quote anybody whom the receiver knows.

use super::store;
use super::types::SearchedAnswer;
use crate::db::Conn;
use crate::error::Error;
use crate::personal_data::{Copies, Sought};

/// The beginnings of answers that are kept with deliveries.
pub struct DeliveryCopies;

impl Copies for DeliveryCopies {
    /// The next attempt has another answer.
    type Key = store::AnswerKey;
    type Text = SearchedAnswer;

    fn keys(conn: &mut Conn) -> Result<Vec<Self::Key>, Error> {
        store::answered(conn)
    }

    fn texts(conn: &mut Conn, keys: &[Self::Key]) -> Result<Vec<(Self::Key, SearchedAnswer)>, Error> {
        store::searched(conn, keys)
    }

    fn names(answer: &SearchedAnswer, sought: &Sought) -> bool {
        let lower = answer.text.to_lowercase();
        sought.ids().iter().any(|id| lower.contains(id.as_str())) || sought.is_mentioned(&answer.text, answer.at)
    }

    fn delete(conn: &mut Conn, keys: &[Self::Key]) -> Result<(), Error> {
        store::forget_answers(conn, keys)
    }
}
