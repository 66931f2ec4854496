//! The ledger of deadlines, how a deadline is shown, and the calendar file (S10, S12).

use std::time::Duration;

use serde_json::{Value, json};

use super::{DAY, coordinator, days_pass, extend, faults, given, opened, standing, survey, ten_days, until};
use crate::support::endpoint::{Endpoint, Received};
use crate::support::{Expect as _, Person, TestApp, story};

/// The calendar file of a person's deadline: `UID`, `SEQUENCE`, `DTSTART`.
fn file(person: &Person, id: &str) -> (String, u32, String) {
    let answer = person.get(&format!("/rounds/{id}/deadline.ics"));
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.header("content-type").unwrap().starts_with("text/calendar"));
    let value = |name: &str| {
        let text = answer.text.replace("\r\n ", "");
        let line = text.split("\r\n").find_map(|line| line.strip_prefix(&format!("{name}:")));
        line.unwrap_or_else(|| panic!("no {name} in {text}")).to_owned()
    };
    (value("UID"), value("SEQUENCE").parse().unwrap(), value("DTSTART"))
}

#[story]
fn s10_a_deadline_is_told_in_its_zone_and_ends_at_its_second(t: TestApp) {
    let admin = t.admin();
    survey(&admin, "scs", "member");
    let awa = t.ncp("SN");
    let now = t.clock.now().to_string();
    // Each is midnight of its zone; Brussels and New York change to summer time on the way.
    for (zone, closes_at, day, time, offset) in [
        ("Pacific/Kiritimati", "2026-02-02T10:00:00Z", "2026-02-02", "24:00", "+14:00"),
        ("Pacific/Midway", "2026-02-03T11:00:00Z", "2026-02-02", "24:00", "-11:00"),
        ("Europe/Brussels", "2026-03-28T23:00:00Z", "2026-03-28", "24:00", "+01:00"),
        ("Europe/Brussels", "2026-03-29T22:00:00Z", "2026-03-29", "24:00", "+02:00"),
        ("America/New_York", "2026-03-08T07:30:00Z", "2026-03-08", "03:30", "-04:00"),
    ] {
        let id = opened(&admin, &given("scs", &now, closes_at, zone));
        let shown = standing(&awa, &id)["deadline"].clone();
        let wanted = json!({"at": closes_at, "day": day, "time": time, "zone": zone, "offset": offset});
        assert_eq!(shown, wanted);
    }
    let id = opened(&admin, &given("scs", &now, "2026-02-02T10:00:00Z", "Pacific/Kiritimati"));
    until(&t, "2026-02-02T09:59:59Z");
    let awa = t.login(&awa.email);
    assert_eq!(standing(&awa, &id)["is_open"], true, "23:59:59 of its zone");
    until(&t, "2026-02-02T10:00:00Z");
    assert_eq!(standing(&awa, &id)["is_open"], false, "00:00:00");
    assert_eq!(awa.get(&format!("/rounds/{id}")).expect(200)["state"], "closed", "not a minute later");
}

#[story]
fn a_list_of_rounds_tells_of_each_what_the_round_itself_tells(t: TestApp) {
    let admin = t.admin();
    survey(&admin, "scs", "member");
    let (awa, wanjiru) = (t.ncp("SN"), t.ncp("KE"));
    let opened_at = t.clock.now().to_string();
    let id = opened(&admin, &given("scs", &opened_at, "2026-02-10T23:00:00Z", "Europe/Brussels"));
    let told = |reader: &Person| {
        let listed = reader.get("/rounds").expect(200)["data"][0].clone();
        assert_eq!(listed, reader.get(&format!("/rounds/{id}")).expect(200), "{}", reader.email);
        listed
    };
    let before = [&admin, &awa, &wanjiru].map(told);
    t.pass(Duration::from_mins(1));
    extend(&admin, &id, &json!({"organisation": "sn"}), "2026-02-20T23:00:00Z").expect(201);
    let after = [&admin, &awa, &wanjiru].map(told);
    assert_eq!(after[1]["standings"][0]["deadline"]["at"], "2026-02-20T23:00:00Z");
    for (reader, learns) in [true, true, false].into_iter().enumerate() {
        assert_eq!(after[reader]["updated_at"] != before[reader]["updated_at"], learns, "{reader}");
    }
    assert_eq!(after[2], before[2], "what others were granted is not read for it");
}

#[story]
fn s12_an_extension_moves_page_and_calendar_file_in_one_step(t: TestApp) {
    let admin = t.admin();
    survey(&admin, "scs", "member");
    let (awa, wanjiru) = (t.ncp("SN"), t.ncp("KE"));
    let id = opened(&admin, &given("scs", &t.clock.now().to_string(), "2026-02-10T23:00:00Z", "Europe/Brussels"));
    let (uid, sequence, start) = file(&awa, &id);
    assert_eq!((sequence, start.as_str()), (0, "20260210T230000Z"));
    assert!(uid.starts_with(&format!("round-{id}-sn@")), "{uid}");
    extend(&admin, &id, &json!({"organisation": "sn"}), "2026-02-20T23:00:00Z").expect(201);
    assert_eq!(file(&awa, &id), (uid.clone(), 1, "20260220T230000Z".to_owned()));
    assert_eq!(standing(&awa, &id)["deadline"]["at"], "2026-02-20T23:00:00Z");
    assert_eq!(standing(&awa, &id)["is_extended"], true);
    assert_eq!((file(&wanjiru, &id).1, &standing(&wanjiru, &id)["is_extended"]), (0, &json!(false)));
    extend(&admin, &id, &json!({"region": "ESA"}), "2026-02-15T23:00:00Z").expect(201);
    assert_eq!(file(&wanjiru, &id).2, "20260215T230000Z", "with its region");
    // A later deadline for all never takes away what was granted, and lengthens what was shorter.
    extend(&admin, &id, &json!("all"), "2026-02-17T23:00:00Z").expect(201);
    assert_eq!(file(&awa, &id), (uid, 2, "20260220T230000Z".to_owned()));
    assert_eq!((file(&wanjiru, &id).1, file(&wanjiru, &id).2.as_str()), (2, "20260217T230000Z"));
    extend(&admin, &id, &json!("all"), "2026-02-28T23:00:00Z").expect(201);
    assert_eq!(file(&awa, &id).2, "20260228T230000Z");
    assert_eq!(standing(&awa, &id)["is_extended"], false, "as everybody");

    let french = awa.with_header("accept-language", "fr").get(&format!("/rounds/{id}/deadline.ics"));
    let text = french.text.replace("\r\n ", "");
    assert!(text.contains("SUMMARY:Date limite\u{a0}: Douane intelligente"), "{text}");
    assert!(text.contains("jusqu’à la fin du 28 février 2026 (Europe/Brussels (UTC+01:00))\\, soit le 28"), "{text}");
    assert!(french.text.split("\r\n").all(|line| line.len() <= 75), "folded");
    assert_eq!(admin.get(&format!("/rounds/{id}/deadline.ics?organisation=KE")).status, 200);
    assert_eq!(awa.get(&format!("/rounds/{id}/deadline.ics?organisation=KE")).refused(404), "not_found");
}

#[story]
fn s12_what_was_granted_is_never_taken_back(t: TestApp) {
    let admin = t.admin();
    survey(&admin, "scs", "member");
    let awa = t.ncp("SN");
    let id = opened(&admin, &given("scs", &t.clock.now().to_string(), "2026-02-10T23:00:00Z", "UTC"));
    let (region, own) = (json!({"region": "WCA"}), json!({"organisation": "SN"}));
    for scope in [&region, &own] {
        let earlier = extend(&admin, &id, scope, "2026-02-09T23:00:00Z");
        assert_eq!(faults(&earlier), [("/closes_at".to_owned(), "earlier_than_granted".to_owned())]);
    }
    extend(&admin, &id, &region, "2026-02-12T23:00:00Z").expect(201);
    extend(&admin, &id, &own, "2026-02-14T23:00:00Z").expect(201);
    assert_eq!(faults(&extend(&admin, &id, &own, "2026-02-13T23:00:00Z")).len(), 1);
    // A deadline for all may have been a mistake: it moves, but not into the past, and those who have more keep it.
    extend(&admin, &id, &json!("all"), "2026-02-05T23:00:00Z").expect(201);
    assert_eq!(standing(&awa, &id)["deadline"]["at"], "2026-02-14T23:00:00Z");
    let past = extend(&admin, &id, &json!("all"), "2026-02-02T02:40:00Z");
    assert_eq!(faults(&past)[0].1, "before_opening");
    days_pass(&t, 1);
    let admin = t.admin();
    let past = extend(&admin, &id, &json!("all"), "2026-02-02T23:00:00Z");
    assert_eq!(faults(&past)[0].1, "earlier_and_past");
    let nowhere = extend(&admin, &id, &json!({"organisation": "EU"}), "2026-02-20T23:00:00Z");
    assert_eq!(faults(&nowhere), [("/scope/organisation".to_owned(), "not_asked".to_owned())]);
    let ledger = admin.get(&format!("/rounds/{id}/deadlines")).expect(200);
    let scopes: Vec<&Value> = ledger["data"].as_array().unwrap().iter().map(|entry| &entry["scope"]).collect();
    assert_eq!(scopes, [&json!("all"), &region, &own, &json!("all")]);
    let log = admin.get("/audit?action=deadline_added").expect(200);
    let mut logged: Vec<String> =
        log["data"].as_array().unwrap().iter().map(|entry| entry["detail"]["scope"].to_string()).collect();
    logged.sort_unstable();
    let mut added = [region, own, json!("all")].map(|scope| scope.to_string());
    added.sort_unstable();
    assert_eq!(logged, added);
}

#[story]
fn what_one_member_has_more_is_seen_by_no_other(t: TestApp) {
    let admin = t.admin();
    survey(&admin, "scs", "member");
    let (awa, wanjiru) = (t.ncp("SN"), t.ncp("KE"));
    let rounds = [opened(&admin, &ten_days(&t, "scs")), opened(&admin, &ten_days(&t, "scs"))];
    extend(&admin, &rounds[1], &json!({"organisation": "KE"}), &t.clock.now().plus(12 * DAY).to_string()).expect(201);
    for days in [1, 10, 3] {
        days_pass(&t, days);
        let (awa, wanjiru) = (t.login(&awa.email), t.login(&wanjiru.email));
        let seen = |person: &Person, id: &String| {
            let round = person.get(&format!("/rounds/{id}")).expect(200);
            ["state", "closed_at", "updated_at"].map(|key| round[key].clone())
        };
        let [mut plain, mut extended] = [0, 1].map(|number: usize| seen(&awa, &rounds[number]));
        if plain[0] == "open" {
            // Both were opened at an instant of their own.
            [plain[2], extended[2]] = [Value::Null, Value::Null];
        }
        assert_eq!(plain, extended);
        assert_eq!(seen(&wanjiru, &rounds[1])[0] == "open", days != 3, "she has two days more");
    }
}

#[story]
fn a_later_deadline_opens_a_closed_round_again(t: TestApp) {
    let admin = t.admin();
    survey(&admin, "scs", "member");
    let wanjiru = coordinator(&t, "KE", "Wanjiru Kamau", "en");
    let id = opened(&admin, &ten_days(&t, "scs"));
    days_pass(&t, 11);
    let admin = t.admin();
    let path = format!("/rounds/{id}");
    assert_eq!(admin.get(&path).expect(200)["state"], "closed");
    extend(&admin, &id, &json!({"organisation": "KE"}), &t.clock.now().plus(3 * DAY).to_string()).expect(201);
    let round = admin.get(&path).expect(200);
    assert_eq!((&round["state"], &round["closed_at"]), (&json!("open"), &Value::Null));
    let wanjiru = t.login(&wanjiru.email);
    assert_eq!(standing(&wanjiru, &id)["is_open"], true);
    assert_eq!(standing(&t.ncp("SN"), &id)["is_open"], false, "for nobody else");
    days_pass(&t, 4);
    assert_eq!(t.admin().get(&path).expect(200)["state"], "closed");
}

#[story]
fn programs_hear_of_an_opening_and_of_each_deadline(t: TestApp) {
    let (admin, endpoint) = (t.admin(), Endpoint::start());
    crate::webhooks::add(&admin, &endpoint.url(), &["round.*"]);
    survey(&admin, "scs", "member");
    let id = opened(&admin, &ten_days(&t, "scs"));
    let later = t.clock.now().plus(20 * DAY);
    extend(&admin, &id, &json!({"organisation": "SN"}), &later.to_string()).expect(201);
    t.tell();
    let mut heard: Vec<Value> = endpoint.received().iter().map(Received::json).collect();
    heard.sort_by_key(|event| event["type"].as_str().unwrap().to_owned());
    let [moved, open] = &heard[..] else { panic!("{heard:?}") };
    assert_eq!((&open["type"], &open["data"]["survey"]), (&json!("round.opened"), &json!("scs")));
    let wanted = json!({"round": id, "scope": {"organisation": "SN"}, "closes_at": later});
    assert_eq!((&moved["type"], &moved["data"]), (&json!("round.deadline_moved"), &wanted));
}
