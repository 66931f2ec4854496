//! The deliveries of an announcement: as a file, and long after it.

use std::time::Duration;

use diesel::prelude::*;
use portal::db::schema::{mail, mail_content};
use portal::demo::client::Answer;
use portal::demo::receiver::Verdict;
use serde_json::json;

use crate::announcements::{counts, summary};
use crate::reading::{DAY, UNTIL_SEVEN, act, announce, choose, keep_house, titles};
use crate::support::{Application, Expect as _, Person, TestApp, story};

#[story]
fn goal_44_what_became_of_each_mail_is_a_file(t: TestApp) {
    let tricky = t.member(&Application::new("SN", "-1-1 Awa"));
    let wanjiru = t.member(&Application::new("KE", "Wanjiru Kamau"));
    t.seed(600);
    let admin = t.admin();
    t.mail_server_answers(&wanjiru.email, [Verdict::Refuse("550 5.1.1 unknown, \"gone\"")]);
    let id = announce(&admin, "News", &json!({}));
    t.deliver();
    let path = format!("/announcements/{id}/deliveries");
    let file = |query: &str| admin.get(&format!("{path}.csv{query}"));
    let all = file("");
    assert_eq!(all.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    let name = format!("attachment; filename=\"deliveries-{id}.csv\"");
    assert_eq!(all.header("content-disposition"), Some(name.as_str()));
    let read = |answer: &Answer| -> Vec<Vec<String>> {
        let bytes = answer.text.trim_start_matches('\u{feff}').as_bytes();
        let rows = csv::Reader::from_reader(bytes).into_records();
        rows.map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
    };
    let rows = read(&all);
    let listed = admin.all(&path);
    assert_eq!(rows.len(), 602);
    let ids: Vec<&str> = listed.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(rows.iter().map(|row| row[13].as_str()).collect::<Vec<_>>(), ids, "all pages, in the same order");
    let of = |person: &Person| rows.iter().find(|row| row[1] == person.email).unwrap();
    assert_eq!(of(&tricky)[0], "'-1-1 Awa", "no spreadsheet runs it");
    let failed = read(&file("?state=failed"));
    assert_eq!(failed, [of(&wanjiru).clone()]);
    assert_eq!((failed[0][4].as_str(), failed[0][6].as_str()), ("failed", "550"));
    assert!(failed[0][8].contains("\"gone\""), "{failed:?}");
    assert_eq!(file("?state=lost").refused(400), "bad_query");
    assert_eq!(tricky.get(&format!("{path}.csv")).refused(403), "secretariat_only");
    assert_eq!(
        admin.get("/announcements/01890a5d-ac96-774b-bcce-b302099a8057/deliveries.csv").refused(404),
        "not_found"
    );
    assert_eq!(admin.all(&format!("/audit?subject={id}&action=announcement_exported")).len(), 2);
}

#[story]
fn after_thirty_days_counts_alone_are_kept(t: TestApp) {
    let (awa, wanjiru) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    t.seed(60);
    let admin = t.admin();
    choose(&awa, "daily");
    t.mail_server_answers(&wanjiru.email, [Verdict::Refuse("550 5.1.1 unknown")]);
    let id = announce(&admin, "News", &json!({"topic": "news", "acknowledge": true}));
    t.deliver();
    t.pass(UNTIL_SEVEN);
    keep_house(&t);
    t.deliver();
    let before = summary(&t.admin(), &id);
    assert_eq!(before, counts(&[("total", 62), ("sent", 60), ("failed", 1), ("skipped", 1)]));
    act(&t.login(&awa.email), &id, "acknowledge").expect(200);
    let left = || -> i64 {
        t.run(t.portal.db.read(|conn| {
            let batched: i64 = mail::table.filter(mail::batch.is_not_null()).count().get_result(conn)?;
            let texts = mail_content::table
                .filter(mail_content::subject.eq_any(["News", "Smart Customs Community: your digest"]));
            Ok(batched + texts.count().get_result::<i64>(conn)?)
        }))
        .unwrap()
    };
    t.pass(29 * DAY);
    keep_house(&t);
    assert_eq!(left(), 62 + 1 + 2, "not yet: 62 mails and a digest, and what they say");
    let kept = t.admin().get(&format!("/announcements/{id}/deliveries")).expect(200);
    assert_eq!((&kept["collapsed"], &kept["deliveries_kept_until"]), (&json!(false), &json!("2026-03-04T02:40:00Z")));

    t.pass(DAY + Duration::from_secs(1));
    keep_house(&t);
    assert_eq!(left(), 0, "neither mails nor what they said");
    let admin = t.admin();
    assert_eq!(summary(&admin, &id), before);
    let gone = admin.get(&format!("/announcements/{id}/deliveries")).expect(200);
    assert_eq!((&gone["collapsed"], &gone["data"]), (&json!(true), &json!([])));
    assert_eq!(admin.get(&format!("/announcements/{id}/deliveries.csv")).refused(410), "deliveries_gone");
    assert_eq!(act(&admin, &id, "deliveries/retry-failed").refused(410), "deliveries_gone");
    // Deliveries and acknowledgements are kept.
    for person in [&awa, &wanjiru] {
        assert_eq!(titles(&t.login(&person.email), ""), ["News"]);
    }
    let list = admin.get(&format!("/announcements/{id}/acknowledgements")).expect(200);
    assert_eq!(list["counts"], json!({"asked": 62, "acknowledged": 1, "missing": 61}));
    let one = admin.get(&format!("/announcements/{id}")).expect(200);
    assert_eq!((&one["status"], &one["recipients"]), (&json!("sent"), &json!(62)));
}
