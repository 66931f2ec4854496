//! The SQL of people's names.

use diesel::prelude::*;

use crate::db::schema::users;
use crate::db::{Conn, Id, Wakeup};
use crate::error::Error;
use crate::text::NameKeys;
use crate::time::Timestamp;

/// People whose keys one unit of work adds.
const KEYED: i64 = 1_000;

/// Adds the keys of the names of some people that an older portal stored; returns whether there may be more.
pub(super) fn key_names(conn: &mut Conn) -> Result<bool, Error> {
    let missing = users::table.filter(users::sort_name.eq("")).order(users::id).limit(KEYED);
    let rows: Vec<(Id, String)> = missing.select((users::id, users::name)).load(conn)?;
    // A statement for each row: this runs once, after an upgrade.
    for (id, name) in &rows {
        let keys = NameKeys::of(name);
        diesel::update(users::table.find(*id))
            .set((users::sort_name.eq(keys.sort), users::name_words.eq(keys.words)))
            .execute(conn)?;
    }
    Ok(!rows.is_empty())
}

/// Changes the name of a person and removes any flag. `previous` is the name that officers are shown with it, `oldest`
/// the first of the last days, `own` the name to return to if the new one is reserved.
pub(super) fn set(
    conn: &mut Conn,
    user: Id,
    name: &str,
    (oldest, previous, own): (&str, &str, Option<&str>),
    now: Timestamp,
) -> Result<(), Error> {
    let keys = NameKeys::of(name);
    diesel::update(users::table.find(user))
        .set((
            users::name.eq(name),
            (users::sort_name.eq(keys.sort), users::name_words.eq(keys.words)),
            users::previous_name.eq(previous),
            users::oldest_name.eq(oldest),
            users::own_name.eq(own),
            users::name_flagged_at.eq(None::<Timestamp>),
            users::name_changed_at.eq(now),
            users::updated_at.eq(now),
        ))
        .execute(conn)?;
    conn.wake(Wakeup::Principals);
    Ok(())
}

/// Sets since when a person bears a name that is reserved for others; None removes the flag.
pub(super) fn set_flagged(conn: &mut Conn, user: Id, since: Option<Timestamp>, now: Timestamp) -> Result<(), Error> {
    diesel::update(users::table.find(user))
        .set((users::name_flagged_at.eq(since), users::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// Deletes the previous names of people who changed theirs before `bound`; returns how many.
pub(super) fn forget(conn: &mut Conn, bound: Timestamp) -> Result<usize, Error> {
    let old = users::previous_name.is_not_null().and(users::name_changed_at.lt(bound));
    Ok(diesel::update(users::table.filter(old))
        .set((users::previous_name.eq(None::<String>), users::oldest_name.eq(None::<String>)))
        .execute(conn)?)
}
