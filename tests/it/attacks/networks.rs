//! Where people were: networks of the audit log, after the time that the page about privacy tells (number 22).

use diesel::prelude::*;
use portal::audit::{self, ChainVerdict};
use portal::db::schema::audit_entry;
use portal::db::{Access, Id};
use portal::secrets::MasterKey;
use serde_json::Value;

use super::erasures::{days_pass, has_erased, keep_house};
use crate::support::{Application, Expect as _, Person, TestApp, identity_settings, story};

fn id(person: &Person) -> Id {
    person.get("/me").expect(200)["id"].as_str().unwrap().parse().unwrap()
}

/// The networks that the log has of somebody, as the Secretariat reads it.
fn networks(t: &TestApp, filter: &str, person: Id) -> Vec<String> {
    let entries = t.admin().all(&format!("/audit?{filter}={person}"));
    assert!(!entries.is_empty(), "what happened stays");
    entries.iter().filter_map(|entry| Some(entry["network"].as_str()?.to_owned())).collect()
}

fn is_whole(t: &TestApp) -> bool {
    let master = MasterKey::load(&identity_settings(), &t.portal.random).unwrap();
    let key = portal::app::audit_key(&master).unwrap();
    let mut conn = portal::db::open(t.portal.db.target(), Access::Write).unwrap();
    matches!(audit::verify(&mut conn, &key, t.clock.now()).unwrap(), ChainVerdict::Whole { .. })
}

#[story("privacy.network_days=2")]
fn a22_networks_of_the_log_go_in_time_and_the_chain_stays_whole(t: TestApp) {
    let awa = t.ncp("SN");
    let me = id(&awa);
    t.try_login("203.0.113.7", &awa.email, "not her password at all").refused(401);
    // An entry as an older portal wrote it: the network is sealed with it.
    let now = t.clock.now();
    let older = t.portal.db.write(move |conn| {
        let entry = (
            audit_entry::id.eq(Id::first_of(now)),
            audit_entry::at.eq(now),
            audit_entry::action.eq("logout"),
            audit_entry::actor_id.eq(me),
            audit_entry::subject_id.eq(me),
            audit_entry::network.eq("198.51.100.0/24"),
        );
        Ok(diesel::insert_into(audit_entry::table).values(entry).execute(conn)?)
    });
    assert_eq!(t.run(older).unwrap(), 1);
    keep_house(&t);
    assert!(is_whole(&t));
    let known = networks(&t, "subject", me);
    assert!(known.contains(&"203.0.113.0/24".to_owned()) && known.contains(&"198.51.100.0/24".to_owned()), "{known:?}");
    let export = awa.get("/me/export").expect(200);
    let exported = export["audit"].as_array().unwrap().iter().filter(|entry| entry["network"].is_string());
    assert!(exported.count() > 1, "{}", export["audit"]);
    days_pass(&t, 3);
    assert_eq!(networks(&t, "subject", me), ["198.51.100.0/24"], "what an older portal sealed");
    assert!(is_whole(&t));
}

#[story("privacy.erasure_days=1")]
fn a22_networks_of_the_log_go_with_their_person(t: TestApp) {
    let (awa, other) = (t.member(&Application::new("GH", "Awa Diop")), t.ncp("SN"));
    let (me, colleague) = (id(&awa), id(&other));
    t.try_login("203.0.113.7", &awa.email, "not her password at all").refused(401);
    assert!(!networks(&t, "actor", me).is_empty());
    assert!(networks(&t, "subject", me).contains(&"203.0.113.0/24".to_owned()));
    awa.delete("/me").expect(202);
    days_pass(&t, 2);
    assert!(has_erased(&t, "Former contact (Ghana)"));
    assert_eq!(networks(&t, "actor", me), [""; 0]);
    let about: Vec<Value> = t.admin().all(&format!("/audit?subject={me}&action=login_failed"));
    assert!(!about.is_empty() && about.iter().all(|entry| entry["network"].is_null()), "{about:?}");
    assert!(!networks(&t, "actor", colleague).is_empty(), "those of others stay for their time");
    assert!(is_whole(&t));
}
