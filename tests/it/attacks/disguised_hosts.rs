//! Names of hosts in other signs than those of ASCII, beside what is filled for a reader (number 10).

use diesel::prelude::*;
use portal::db::Id;
use portal::db::schema::announcement_variant;
use serde_json::{Value, json};

use super::rendering::program;
use crate::support::{Expect as _, TestApp, story};

/// Hosts as browsers understand them: with dots of other widths, and names that are not letters alone.
const HOSTS: [&str; 9] = [
    "evil\u{2024}example",
    "evil\u{fe52}example",
    "evil\u{ff0e}example",
    "evil\u{ff61}example",
    "evil\u{3002}example",
    "evil\u{fe12}example",
    "evil_.example",
    "\u{2603}.example",
    "evil\u{301}.example",
];

/// An announcement that may be left.
fn form(body: &str) -> Value {
    json!({
        "audience": {}, "default_language": "en", "topic": "news",
        "variants": {"en": {"subject": "New rules", "body_markdown": body}},
    })
}

#[story]
fn a10_no_host_in_other_signs_gets_what_is_filled_for_a_reader(t: TestApp) {
    let (awa, program) = (t.ncp("SN"), program(&t));
    for host in HOSTS {
        for body in [
            format!("See {host}/{{{{ unsubscribe }}}}"),
            format!("See **{host}**?{{{{ name }}}}"),
            format!("{{{{ administration }}}}.{host}"),
        ] {
            let fault = program.post("/announcements", &form(&body)).expect(422)["errors"][0].clone();
            assert_eq!(fault["code"], "place_in_url", "{body}");
        }
    }
    // Signs that are part of no host are text: they may stand beside a reader's name.
    let fine = "您好\u{ff1a}亲爱的{{ name }}\u{3002} \u{1f600}{{ name }}\u{1f600} Wait\u{2026}{{ name }}";
    let id = program.post("/announcements", &form(fine)).expect(201)["id"].as_str().unwrap().to_owned();
    program.post(&format!("/announcements/{id}/send"), &json!({})).expect(202);
    let mail = t.mail_about(&awa.email, "New rules");
    for filled in ["亲爱的Awa Diop\u{3002}", "\u{1f600}Awa Diop\u{1f600}", "Wait\u{2026}Awa Diop"] {
        assert!(mail.text.contains(filled), "{filled}: {}", mail.text);
    }
}

#[story]
fn a10_a_text_of_earlier_tells_no_host_in_other_signs_who_reads(t: TestApp) {
    let (awa, program) = (t.ncp("SN"), program(&t));
    let id = program.post("/announcements", &form("Dear reader")).expect(201)["id"].as_str().unwrap().to_owned();
    let lines = HOSTS.map(|host| format!("Consult {host}/{{{{ unsubscribe }}}} or {host}?{{{{ name }}}} today.\n\n"));
    let (of, body) = (id.parse::<Id>().unwrap(), lines.concat());
    let store = t.portal.db.write(move |conn| {
        let its = announcement_variant::table.filter(announcement_variant::announcement_id.eq(of));
        Ok(diesel::update(its).set(announcement_variant::body_markdown.eq(body)).execute(conn)?)
    });
    assert_eq!(t.run(store).unwrap(), 1);
    program.post(&format!("/announcements/{id}/send"), &json!({})).expect(202);
    let mail = t.mail_about(&awa.email, "New rules");
    // What is seen of the HTML: the link beside a host leads to the portal by itself.
    let tags = mail.html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, seen)| seen));
    for part in [tags.collect::<String>(), mail.text.clone()] {
        let hosts = part.split("Consult ").skip(1).filter_map(|line| line.split("today.").next());
        let hosts: Vec<&str> = hosts.collect();
        assert_eq!(hosts.len(), HOSTS.len(), "{part}");
        for written in hosts {
            assert!(!written.contains("Awa") && !written.contains("/unsubscribe/"), "{written}");
        }
    }
}
