//! Copies that name a person who is going to be erased: reports of strangers, stored answers, plans of imports, answers
//! of receivers of events.
//!
//! They are searched before the erasure, page by page: each page is read, searched outside of the database, and what
//! was found is deleted in a unit of work of its own. The unit of work of the erasure searches only what came in
//! between, a few texts at most; if there are more, or the person has another address by then, it is refused, and the
//! search goes on. So no other write waits for a search, and a person is erased only when every copy was looked at. If
//! the process ends in between, the account is still due, and all is searched again.

use std::collections::HashSet;
use std::sync::Arc;

use super::{claims, store};
use crate::appointments;
use crate::db::{Conn, Db, Id};
use crate::error::{Error, OrInternal as _};
use crate::idempotency::AnswerCopies;
use crate::imports::PlanCopies;
use crate::mail::UnreadCopies;
use crate::personal_data::{Addresses, Copies, Sought};
use crate::time::Timestamp;
use crate::webhooks::DeliveryCopies;

/// Texts that are read at once.
const AT_ONCE: usize = 20;
/// Most texts that the unit of work of an erasure searches.
const IN_BETWEEN: usize = 3;

/// The copies that were looked at for a person.
#[derive(Clone, Default)]
pub(super) struct Searched {
    sought: Option<Arc<Sought>>,
    reports: HashSet<<UnreadCopies as Copies>::Key>,
    answers: HashSet<<AnswerCopies as Copies>::Key>,
    plans: HashSet<<PlanCopies as Copies>::Key>,
    deliveries: HashSet<<DeliveryCopies as Copies>::Key>,
}

impl Searched {
    /// Looks at the copies that were not looked at yet, and deletes those that name the person; returns whether the
    /// account is still due.
    pub(super) async fn go_on(&mut self, db: &Db, user: Id, now: Timestamp) -> Result<bool, Error> {
        let due = db.read(move |conn| {
            let is_due = store::is_due(conn, user, now)?;
            is_due.then(|| sought(conn, user)).transpose()
        });
        let Some(sought) = due.await? else { return Ok(false) };
        let is_known = self.sought.as_ref().is_some_and(|before| sought.is_within(before));
        if !is_known {
            *self = Self { sought: Some(Arc::new(sought)), ..Self::default() };
        }
        if let Some(sought) = self.sought.clone() {
            search::<UnreadCopies>(db, &sought, &mut self.reports).await?;
            search::<AnswerCopies>(db, &sought, &mut self.answers).await?;
            search::<PlanCopies>(db, &sought, &mut self.plans).await?;
            search::<DeliveryCopies>(db, &sought, &mut self.deliveries).await?;
        }
        Ok(true)
    }

    /// Looks at what came since, in the unit of work of the erasure.
    ///
    /// # Errors
    /// 503 where the search has to go on.
    pub(super) fn finish(&self, conn: &mut Conn, user: Id, addresses: &Addresses) -> Result<(), Error> {
        let now = sought_at(conn, user, addresses)?;
        let is_covered = self.sought.as_ref().is_some_and(|before| now.is_within(before));
        if !is_covered {
            return Err(Error::busy());
        }
        finish::<UnreadCopies>(conn, &now, &self.reports)?;
        finish::<AnswerCopies>(conn, &now, &self.answers)?;
        finish::<PlanCopies>(conn, &now, &self.plans)?;
        finish::<DeliveryCopies>(conn, &now, &self.deliveries)
    }
}

fn sought(conn: &mut Conn, user: Id) -> Result<Sought, Error> {
    let addresses = claims::addresses(conn, user)?;
    sought_at(conn, user, &addresses)
}

fn sought_at(conn: &mut Conn, user: Id, addresses: &Addresses) -> Result<Sought, Error> {
    let appointments: Vec<Id> = appointments::of_user(conn, user)?.iter().map(|held| held.id).collect();
    Ok(Sought::new(user, &appointments, addresses))
}

/// Searches the texts of a feature that were not looked at yet.
async fn search<C: Copies>(db: &Db, sought: &Arc<Sought>, looked: &mut HashSet<C::Key>) -> Result<(), Error> {
    let fresh = fresh::<C>(db.read(C::keys).await?, looked);
    for keys in fresh.chunks(AT_ONCE) {
        let asked = keys.to_vec();
        let texts = db.read(move |conn| C::texts(conn, &asked)).await?;
        let sought = Arc::clone(sought);
        let found = tokio::task::spawn_blocking(move || naming::<C>(&texts, &sought)).await.or_internal()?;
        if !found.is_empty() {
            db.write(move |conn| C::delete(conn, &found)).await?;
        }
        looked.extend(keys.iter().cloned());
    }
    Ok(())
}

fn finish<C: Copies>(conn: &mut Conn, sought: &Sought, looked: &HashSet<C::Key>) -> Result<(), Error> {
    let fresh = few(fresh::<C>(C::keys(conn)?, looked))?;
    let found = naming::<C>(&C::texts(conn, &fresh)?, sought);
    if found.is_empty() { Ok(()) } else { C::delete(conn, &found) }
}

fn fresh<C: Copies>(mut keys: Vec<C::Key>, looked: &HashSet<C::Key>) -> Vec<C::Key> {
    keys.retain(|key| !looked.contains(key));
    keys
}

/// What came in between, if it is no more than a unit of work searches.
fn few<K>(fresh: Vec<K>) -> Result<Vec<K>, Error> {
    if fresh.len() > IN_BETWEEN { Err(Error::busy()) } else { Ok(fresh) }
}

fn naming<C: Copies>(texts: &[(C::Key, C::Text)], sought: &Sought) -> Vec<C::Key> {
    texts.iter().filter(|(_, text)| C::names(text, sought)).map(|(key, _)| key.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a20_an_erasure_is_refused_while_more_than_a_few_texts_were_not_looked_at() {
        let ids: Vec<Id> = (0..10).map(|number| Id::from_bytes([number; 16])).collect();
        let left = |looked: usize| {
            let looked = ids.iter().copied().take(looked).collect();
            few(fresh::<UnreadCopies>(ids.clone(), &looked)).ok()
        };
        assert_eq!(left(10), Some(Vec::new()));
        assert_eq!(left(10 - IN_BETWEEN).map(|fresh| fresh.len()), Some(IN_BETWEEN));
        assert_eq!(left(10 - IN_BETWEEN - 1), None);
    }
}
