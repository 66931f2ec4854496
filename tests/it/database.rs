//! Units of work: committed as a whole or not at all, never locked, independent of one another.

use std::time::Duration;

use diesel::prelude::*;
use portal::db::schema::technology;
use portal::db::{Access, Conn, Db, Limits, Size, dump};
use portal::error::{Error, ProblemCode};
use serde_json::json;

use crate::support::{Expect as _, TestApp, story};

#[story]
fn nobody_is_told_that_the_database_is_locked(t: TestApp) {
    let people = [t.ncp("SN"), t.ncp("KE"), t.ncp("FR"), t.ncp("JP")];
    // Another process writes to the same database at the same time, as a command would.
    let target = t.portal.db.target().clone();
    std::thread::scope(|scope| {
        let other = scope.spawn(move || {
            let mut connection = portal::db::open(&target, Access::Write).unwrap();
            for _ in 0..50 {
                connection
                    .transaction_for_write(|conn| {
                        let first = technology::table.filter(technology::code.eq("drones"));
                        diesel::update(first).set(technology::position.eq(technology::position)).execute(conn)?;
                        Ok(())
                    })
                    .unwrap();
            }
        });
        let writers: Vec<_> = people
            .iter()
            .flat_map(|person| {
                [0, 1].map(|half| {
                    scope.spawn(move || {
                        for number in 0..25 {
                            let change = json!({"job_title": format!("Officer {half} {number}")});
                            person.patch("/me", &change).expect(200);
                            person.get("/contacts?q=officer").expect(200);
                        }
                    })
                })
            })
            .collect();
        other.join().unwrap();
        for writer in writers {
            writer.join().unwrap();
        }
    });
}

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

/// How long a statement may take; SQLite sets no limit.
fn limit(conn: &mut Conn) -> Option<String> {
    let Conn::Postgres(c) = conn else { return None };
    let asked = diesel::sql_query("SELECT current_setting('statement_timeout') AS value");
    Some(asked.get_result::<Setting>(c).unwrap().value)
}

#[story]
fn a_transaction_that_takes_time_has_it_and_leaves_the_session_as_it_was(t: TestApp) {
    let mut conn = portal::db::open(t.portal.db.target(), Access::Write).unwrap();
    let (before, unlimited) = (limit(&mut conn), limit(&mut conn).map(|_| "0".to_owned()));
    let timed = |conn: &mut Conn| -> Result<Option<String>, Error> {
        dump::take_time(conn)?;
        Ok(limit(conn))
    };
    assert_eq!(conn.transaction_for_read(timed).unwrap(), unlimited);
    assert_eq!(conn.transaction_for_write(timed).unwrap(), unlimited);
    if before.is_some() {
        dump::analyse(&mut conn).unwrap();
    }
    assert_eq!(limit(&mut conn), before);
}

fn count(t: &TestApp) -> i64 {
    t.run(t.portal.db.read(|conn| Ok(technology::table.count().get_result(conn)?))).unwrap()
}

#[story]
fn a_unit_that_fails_leaves_nothing_behind(t: TestApp) {
    let before = count(&t);
    let outcome = t.run(t.portal.db.write::<(), _>(|conn| {
        diesel::delete(technology::table).execute(conn)?;
        Err(Error::conflict(ProblemCode::AlreadyExists))
    }));
    assert!(outcome.is_err());
    assert_eq!(count(&t), before);
}

#[story]
fn a_unit_that_panics_costs_nobody_else(t: TestApp) {
    let before = count(&t);
    for _ in 0..4 {
        let outcome = t.run(t.portal.db.write::<(), _>(|conn| {
            diesel::delete(technology::table).execute(conn)?;
            panic!("on purpose");
        }));
        assert!(matches!(outcome, Err(Error::Internal(_))));
    }
    assert_eq!(count(&t), before);
}

/// As when PostgreSQL restarts, or a standby takes its place. SQLite has no server.
#[story]
fn a_connection_that_the_server_has_closed_fails_no_request(t: TestApp) {
    let person = t.ncp("SN");
    let mut other = portal::db::open(t.portal.db.target(), Access::Write).unwrap();
    for _ in 0..3 {
        if let Conn::Postgres(other) = &mut other {
            let rest = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity \
                        WHERE datname = current_database() AND pid <> pg_backend_pid()";
            diesel::sql_query(rest).execute(other).unwrap();
        }
        // More than there are connections.
        for number in 0..12 {
            person.get("/contacts").expect(200);
            person.patch("/me", &json!({"job_title": format!("Officer {number}")})).expect(200);
        }
    }
}

#[story]
fn a_full_queue_is_answered_at_once(t: TestApp) {
    let size = Size { connections: 1, limits: Limits { queue: 1, wait: Duration::from_mins(1) } };
    let db = Db::start(t.portal.db.target(), size).unwrap();
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let (begun, has_begun) = std::sync::mpsc::channel();
    t.run(async {
        let first = tokio::spawn({
            let db = db.clone();
            async move {
                db.read(move |_| {
                    begun.send(()).unwrap();
                    wait.recv().unwrap();
                    Ok(())
                })
                .await
            }
        });
        tokio::task::spawn_blocking(move || has_begun.recv().unwrap()).await.unwrap();
        // One waits in the queue; for the next there is no room.
        let second = tokio::spawn({
            let db = db.clone();
            async move { db.read(|_| Ok(())).await }
        });
        tokio::task::yield_now().await;
        let third = db.read(|_| Ok(())).await;
        assert!(matches!(third, Err(Error::Refused(refusal)) if refusal.retry_after.is_some()));
        go.send(()).unwrap();
        assert!(first.await.unwrap().is_ok() && second.await.unwrap().is_ok());
    });
}
