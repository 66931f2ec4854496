//! The database, its schema, the key of what is sealed in it, and its clock.

use std::path::Path;
use std::time::Duration;

use super::{Finding, State};
use crate::config::Settings;
use crate::db::{self, Compared, Conn, Facts, ServerFacts, Target};
use crate::error::{Error, speaks};
use crate::identity;
use crate::key_ring;
use crate::maintenance_mode::{self, MaintenanceState};
use crate::restore_hold::{self, Hold};
use crate::secrets::MasterKey;
use crate::text::amount;
use crate::time::{Clock, Timestamp};

/// The oldest PostgreSQL that the suite runs on.
const OLDEST: i64 = 150_000;
/// A difference of clocks that is worth a word, and one that breaks leases and tokens.
const OFF: (Duration, Duration) = (Duration::from_secs(5), Duration::from_mins(1));

/// The findings, and the ids of the signing keys.
pub(super) fn findings(settings: &Settings, clock: &Clock) -> (Vec<Finding>, Vec<String>) {
    let target = match settings.database_target() {
        Ok(target) => target,
        Err(fault) => return (vec![Finding::fault("database", fault.to_string(), "set database.url")], Vec::new()),
    };
    if let Target::Sqlite(path) = &target
        && !Path::new(path).exists()
    {
        let found = format!("there is no file {path} yet: the first start makes it");
        return (vec![Finding::not_checked("database", found)], Vec::new());
    }
    match examine(settings, &target, clock) {
        Ok(found) => found,
        Err(error) => {
            let (found, next) = match error.way_in() {
                Some(next) => (error.to_string(), next),
                None => (error.operator_message(), "start the database, or correct database.url"),
            };
            (vec![Finding::fault("database", found, next)], Vec::new())
        }
    }
}

fn examine(settings: &Settings, target: &Target, clock: &Clock) -> Result<(Vec<Finding>, Vec<String>), Error> {
    db::open_to_inspect(target)?.transaction_for_read(|conn| look(settings, target, conn, clock))
}

fn look(
    settings: &Settings,
    target: &Target,
    conn: &mut Conn,
    clock: &Clock,
) -> Result<(Vec<Finding>, Vec<String>), Error> {
    let mut findings = Vec::new();
    match conn.facts()? {
        Facts::Server(facts) => {
            findings.push(server(&facts));
            // One more watches the server, and one looks for `/health/ready`.
            let wanted = settings.database_size(target).connections + 2;
            findings.push(connections(&facts, i64::try_from(wanted).unwrap_or(i64::MAX)));
            findings.push(difference(facts.now(), clock.now()));
        }
        Facts::File(facts) if facts.structure == "ok" => {
            findings.push(Finding::ok("database", format!("SQLite {}, structure whole", facts.version)));
            findings
                .push(Finding::not_checked("clock", format!("{}; there is no other to compare it with", clock.now())));
        }
        Facts::File(facts) => {
            let next = "stop the portal and restore the last good backup";
            findings.push(Finding::fault("database", format!("the file is damaged: {}", facts.structure), next));
        }
    }
    let compared = conn.compare_migrations()?;
    findings.push(schema(&compared));
    let keys = if conn.has_table("signing_key")? { kids(conn)? } else { Vec::new() };
    findings.push(key(settings, conn, !keys.is_empty()));
    if conn.has_table("maintenance_mode")? {
        findings.extend(maintenance(&maintenance_mode::current(conn)?));
    }
    if conn.has_table("restore_hold")? {
        findings.extend(restore_hold::current(conn)?.map(|held| hold(&held)));
    }
    Ok((findings, keys))
}

fn server(facts: &ServerFacts) -> Finding {
    let (part, version) = ("database", &facts.version);
    let found = format!("PostgreSQL {version}, encoding {}, messages {}", facts.encoding, facts.messages);
    if facts.encoding != "UTF8" {
        Finding::fault(part, found, "create the database with ENCODING 'UTF8'")
    } else if facts.is_read_only {
        Finding::fault(part, format!("{found}: it takes no writes"), "name the primary in database.url")
    } else if !facts.may_create {
        Finding::fault(
            part,
            format!("{found}: the role may create no tables"),
            "GRANT CREATE ON SCHEMA public TO the role, or make it the owner of the database",
        )
    } else if facts.version_number < OLDEST {
        Finding::warning(part, found, "the portal is tested with PostgreSQL 15 and later: upgrade it")
    } else if !speaks(&facts.messages) {
        let next = "its words for a full disk or a lock are not known here: ALTER DATABASE … SET lc_messages TO 'C'";
        Finding::warning(part, found, next)
    } else {
        Finding::ok(part, found)
    }
}

/// Connections of running portals are among those that are open.
fn connections(facts: &ServerFacts, wanted: i64) -> Finding {
    let left = facts.most_connections - facts.connections;
    let found =
        format!("{left} of {} connections are left; each process of the portal opens {wanted}", facts.most_connections);
    if left < wanted {
        let next = "one more process would be refused: raise max_connections, or lower database.connections";
        Finding::warning("connections", found, next)
    } else {
        Finding::ok("connections", found)
    }
}

fn difference(theirs: Timestamp, ours: Timestamp) -> Finding {
    let off = theirs.since(ours).max(ours.since(theirs));
    let found = format!("{:.1} s from the clock of the database", off.as_secs_f64());
    let next = "let both machines follow the same time (chrony, systemd-timesyncd)";
    match off {
        off if off > OFF.1 => Finding::fault("clock", found, next),
        off if off > OFF.0 => Finding::warning("clock", found, next),
        _ => Finding::ok("clock", found),
    }
}

fn schema(compared: &Compared) -> Finding {
    let Compared { missing, unknown, is_permitted } = compared;
    if let Some(newest) = unknown.last() {
        let found = format!("{} of a newer portal applied, the last is {newest}", amount(unknown.len(), "migration"));
        if *is_permitted {
            return Finding::warning("schema", found, "they permit this portal: finish the upgrade");
        }
        Finding::fault("schema", found, "run that portal, or restore the backup from before its upgrade")
    } else if missing.is_empty() {
        Finding::ok("schema", "up to date")
    } else {
        let found = format!("{} missing", amount(missing.len(), "migration"));
        Finding::warning("schema", found, "portal migrate applies them, and so does the start")
    }
}

/// A maintenance that goes on, maybe because nobody ended it, or because a backup or a move has brought it along.
fn maintenance(state: &MaintenanceState) -> Option<Finding> {
    let (until, text) = maintenance_mode::shown(state)?;
    let found = format!("on, announced until {until}: {text}");
    let next = "portal maintenance off, once it is done: changes are refused until then, and no mail leaves";
    Some(Finding::warning("maintenance", found, next))
}

/// A restored portal that was not released.
fn hold(held: &Hold) -> Finding {
    let found = format!("restored from the backup of {}: no mail, webhook or announcement leaves", held.taken_at);
    Finding::warning("restore_hold", found, "portal release says what waits, and lets it leave")
}

fn kids(conn: &mut Conn) -> Result<Vec<String>, Error> {
    Ok(identity::oldest_sealed_key(conn)?.into_iter().map(|(_, kid)| kid).collect())
}

fn key(settings: &Settings, conn: &mut Conn, has_sealed: bool) -> Finding {
    let path = settings.identity.master_key_file.display();
    let master = match MasterKey::existing(&settings.identity) {
        Ok(master) => master,
        Err(error) if has_sealed => {
            let next = "put the key of this database back; no other opens what is sealed";
            return Finding::fault("key", error.operator_message(), next);
        }
        Err(_) => return Finding::not_checked("key", format!("there is none yet: the first start makes {path}")),
    };
    let (id, other) = (master.id(), master.other_id());
    if !has_sealed {
        return Finding::not_checked("key", format!("{id}; nothing is sealed yet"));
    }
    match (key_ring::look(conn, master), other) {
        (Ok(Some(_)), None) => Finding::ok("key", format!("{id} opens the signing keys")),
        (Ok(Some(_)), Some(other)) => {
            let next = "portal key rotate, then take identity.other_master_key away";
            Finding::warning("key", format!("{id} and {other} open the signing keys: the key is being changed"), next)
        }
        (Ok(None), _) => {
            let next = "set identity.master_key, or the key file, to the key of this database";
            Finding::fault("key", format!("{id} is not the key that this database was sealed with"), next)
        }
        (Err(error), _) => Finding::new("key", State::NotChecked, error.operator_message(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> ServerFacts {
        ServerFacts {
            version: "15.18".to_owned(),
            version_number: 150_018,
            encoding: "UTF8".to_owned(),
            messages: "en_US.UTF-8".to_owned(),
            is_read_only: false,
            may_create: true,
            most_connections: 97,
            connections: 90,
            micros: 0,
        }
    }

    #[test]
    fn a_server_that_the_portal_cannot_use_is_a_fault() {
        assert_eq!(server(&facts()).state, State::Ok);
        let latin = ServerFacts { encoding: "LATIN1".to_owned(), ..facts() };
        let standby = ServerFacts { is_read_only: true, ..facts() };
        let stranger = ServerFacts { may_create: false, ..facts() };
        for bad in [latin, standby, stranger] {
            assert_eq!(server(&bad).state, State::Fault, "{bad:?}");
        }
        let turkish = ServerFacts { messages: "tr_TR.UTF-8".to_owned(), ..facts() };
        let old = ServerFacts { version_number: 130_000, ..facts() };
        for doubtful in [turkish, old] {
            assert_eq!(server(&doubtful).state, State::Warning, "{doubtful:?}");
        }
    }

    #[test]
    fn what_is_left_is_compared_with_what_a_process_opens() {
        assert_eq!(connections(&facts(), 7).state, State::Ok);
        let short = connections(&facts(), 9);
        assert!(short.state == State::Warning && short.found.starts_with("7 of 97"), "{short:?}");
    }

    #[test]
    fn a_clock_that_is_off_is_told_whichever_is_ahead() {
        let now = Timestamp::from_micros(1_770_000_000_000_000);
        for (seconds, state) in [(1, State::Ok), (6, State::Warning), (61, State::Fault)] {
            let other = now.plus(Duration::from_secs(seconds));
            assert_eq!((difference(now, other).state, difference(other, now).state), (state, state));
        }
    }

    #[test]
    fn a_newer_schema_that_permits_no_older_portal_is_a_fault() {
        let of = |missing: &[&str], unknown: &[&str], is_permitted| {
            let texts = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect();
            schema(&Compared { missing: texts(missing), unknown: texts(unknown), is_permitted }).state
        };
        assert_eq!((of(&[], &[], true), of(&["1"], &[], true)), (State::Ok, State::Warning));
        assert_eq!((of(&[], &["2"], true), of(&[], &["2"], false)), (State::Warning, State::Fault));
    }
}
