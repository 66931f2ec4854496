//! The list of addresses that get no more announcements: searched, edited, taken out and brought in.

use serde_json::{Value, json};

use crate::announcements::{counts, summary};
use crate::bounces::{announce, news, suppressions};
use crate::support::{Expect as _, PASSWORD, TestApp, story};

#[story]
fn goal_46_the_list_is_searched_edited_taken_out_and_brought_in(t: TestApp) {
    let awa = t.ncp("SN");
    let admin = t.admin();
    let made = admin.post("/suppressions", &json!({"address": awa.email.to_uppercase()})).expect(201);
    assert_eq!(
        (&made["address"], &made["reason"], &made["source"]),
        (&json!(awa.email), &json!("manual"), &json!("secretariat"))
    );
    assert_eq!(admin.post("/suppressions", &json!({"address": "nobody"})).refused(422), "invalid");
    let announcement = announce(&t, None);
    assert_eq!(summary(&admin, &announcement), counts(&[("total", 1), ("skipped", 1)]));
    assert_eq!(awa.get("/me").expect(200)["mail_problem"], Value::Null, "mail did not come back");

    let import =
        |file: &str| admin.send("POST", "/api/v1/suppressions/import", Some(("text/csv", file.as_bytes()))).unwrap();
    let file = format!(
        "Address,Reason\n{},hard_bounce\nzoe@x.example,complaint\n+kofi@x.example,\nZoe@x.example,hard_bounce\n",
        awa.email
    );
    assert_eq!(import(&file).expect(200), json!({"read": 3, "suppressed": 2}), "what weighs more stays");
    assert_eq!(import("address\nnobody\n").refused(422), "invalid");
    assert_eq!(import("name\nAwa\n").refused(422), "invalid");

    let all = |query: &str| -> Vec<String> {
        let rows = admin.get(&format!("/suppressions?{query}")).expect(200);
        rows["data"].as_array().unwrap().iter().map(|row| row["address"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(all(""), ["+kofi@x.example", &awa.email, "zoe@x.example"]);
    assert_eq!(all("q=AWA.D"), [awa.email.as_str()]);
    assert_eq!(all("q=%25"), Vec::<String>::new(), "a beginning, no pattern");
    assert_eq!(all("reason=manual&reason=hard_bounce"), ["+kofi@x.example", &awa.email]);
    let first = admin.get("/suppressions?limit=2").expect(200);
    let cursor = first["page"]["next_cursor"].as_str().unwrap();
    assert_eq!(all(&format!("limit=2&cursor={cursor}")), ["zoe@x.example"]);

    let taken = admin.get("/suppressions.csv");
    assert_eq!(taken.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    let begins = "\u{feff}\"address\",\"reason\",\"source\",\"since\",\"until\"\r\n\
                  \"'+kofi@x.example\",\"manual\",\"import\",";
    assert!(taken.text.starts_with(begins), "{}", taken.text);
    admin.delete("/suppressions?address=%2Bkofi%40x.example");
    assert_eq!(all(""), [awa.email.as_str(), "zoe@x.example"]);
    assert_eq!(import(&taken.text).expect(200), json!({"read": 3, "suppressed": 3}), "what was taken out comes back");
    assert_eq!(admin.delete(&format!("/suppressions?address={}", awa.email)).status, 204);
    assert_eq!(admin.delete(&format!("/suppressions?address={}", awa.email)).refused(404), "not_found");
    assert_eq!(admin.delete("/suppressions?address=zoe%40x.example").status, 204);
    let kinds = |action: &str| -> Vec<Value> {
        admin.all(&format!("/audit?action={action}")).iter().map(|entry| entry["detail"]["kind"].clone()).collect()
    };
    let mut released = kinds("address_released");
    released.sort_by_key(Value::to_string);
    assert_eq!(released, ["complaint", "manual", "manual"], "why each of them was on the list");
    announce(&t, None);
    assert_eq!(news(&t, &awa.email), 1);
    let log = admin.get("/audit?action=address_suppressed&action=address_released").expect(200);
    assert!(log["data"].as_array().unwrap().len() >= 4);
    assert!(!log.to_string().contains('@'), "the log names no address");
    assert_eq!(awa.get("/suppressions").refused(403), "secretariat_only");
}

#[story]
fn goal_46_what_somebody_asks_for_is_sent_all_the_same(t: TestApp) {
    let awa = t.ncp("SN");
    let file = format!("address,reason\n{},hard_bounce\n", awa.email);
    t.admin().send("POST", "/api/v1/suppressions/import", Some(("text/csv", file.as_bytes()))).unwrap().expect(200);
    assert_eq!(awa.get("/me").expect(200)["mail_problem"]["reason"], "hard_bounce");
    t.anonymous().post("/auth/password/forgot", &json!({"email": awa.email})).unwrap().expect(202);
    let token = t.mailed_token(&awa.email, "reset");
    let form = json!({"token": token, "password": format!("{PASSWORD} again")});
    t.anonymous().post("/auth/password/reset", &form).unwrap().expect(200);
    assert_eq!(suppressions(&t), json!([]), "whoever follows the link reads the mail");
}
