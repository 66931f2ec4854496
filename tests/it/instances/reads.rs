//! What one process writes, its writer reads on another at once, and everybody else within two seconds.

use std::time::Duration;

use serde_json::json;

use super::site::{ADMIN, Site, code, pair, within};
use crate::cookies;
use crate::support::backend::Backend;
use crate::support::{Expect as _, PASSWORD, story};

#[story]
fn a_write_on_one_process_is_read_on_the_other(backend: &'static Backend) {
    let site = Site::new(backend);
    let secret = site.administrator();
    let (well, said) = site.run(&["seed", "--contacts", "30", "--yes"], None);
    assert!(well, "{said}");
    let (first, second) = pair(&site);
    let second = second.as_ref().unwrap_or(&first);
    let browser = first.client.with_header("sec-fetch-site", "same-origin");
    let login = json!({"email": ADMIN, "password": PASSWORD, "cookie": true});
    let challenged = browser.post("/auth/login", &login).unwrap().expect(200);
    let proof = json!({"challenge": challenged["challenge"], "method": "totp", "code": code(&secret), "cookie": true});
    let session = cookies::cookie(&browser.post("/auth/login/mfa", &proof).unwrap());
    let session = session.split(';').next().unwrap().to_owned();
    let there = second.client.with_header("sec-fetch-site", "same-origin");
    let page = there.with_header("cookie", &session).get("/contacts?limit=100").unwrap().expect(200);
    let path = format!("/contacts/{}", page["data"][0]["id"].as_str().unwrap());
    let title = |cookie: &str| {
        let one = there.with_header("cookie", cookie).get(&path).unwrap().expect(200);
        one["job_title"].as_str().unwrap_or_default().to_owned()
    };
    for name in ["Director", "Head of Unit", "Adviser"] {
        let here = browser.with_header("cookie", &session);
        let tag = here.get(&path).unwrap().header("etag").unwrap().to_owned();
        title(&session);
        let changed = here.with_header("if-match", &tag).json("PATCH", &path, &json!({"job_title": name})).unwrap();
        assert_eq!(changed.status, 200, "{}", changed.text);
        // A browser sends what it was told to keep.
        let set = changed.headers.iter().filter(|(header, _)| header == "set-cookie");
        let kept = set
            .filter_map(|(_, value)| value.split(';').next())
            .fold(session.clone(), |jar, cookie| format!("{jar}; {cookie}"));
        assert_eq!(title(&kept), name, "its writer");
        // Two seconds, and the time of a request on a slow machine.
        within(Duration::from_secs(4), || title(&session) == name);
    }
}
