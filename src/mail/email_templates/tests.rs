//! The layout of mails: what surrounds their texts.

use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::*;
use crate::appointments::Role;
use crate::error::FieldCode;
use crate::identity::mails::RightsGained;
use crate::life_cycle::mails::{Invitation, Rejected};
use crate::mail::template::Template as Places;
use crate::mail::{Administration, Author};
use crate::time::Timestamp;

fn letters() -> EmailRenderer {
    let (name, name_fr) = ("Community".to_owned(), "Communauté".to_owned());
    let community = Community { name, name_fr, logo_url: String::new(), contact_email: "ask@x.example".to_owned() };
    EmailRenderer::new(Arc::new(Catalogue::load().unwrap()), community, "https://x.example".to_owned())
}

fn to(language: Language) -> Recipient {
    Recipient { user_id: None, address: "awa@x.example".to_owned(), name: "Awa".to_owned(), language }
}

fn invitation() -> Invitation {
    let [organisation_en, organisation_fr] = ["Senegal", "Sénégal"].map(Administration::from);
    let day = Timestamp::from_micros(1_770_000_000_000_000).day();
    let (inviter, role, token) = (Role::Coordinator, Role::Ncp, "abc".to_owned());
    Invitation { inviter, role, organisation_en, organisation_fr, day, days: 90, token }
}

#[test]
fn what_has_no_catalogue_is_said_in_english_from_left_to_right() {
    let written = letters().write(&to(Language::Ar), &RightsGained { tokens: 1 }).unwrap().content;
    assert!(written.html.contains("<html lang=\"en\" dir=\"ltr\">") && !written.html.contains("rtl"));
}

#[test]
fn two_languages_are_told_from_each_other_and_what_others_wrote_is_no_link() {
    let written = letters().write_bilingual(&to(Language::En), &invitation()).unwrap().content;
    for said in [
        "<p>Hello,</p>",
        "<p lang=\"fr\" dir=\"ltr\">Bonjour,</p>",
        "<span lang=\"fr\" dir=\"ltr\">Si le bouton",
        "<a href=\"https://x.example/privacy\">",
        "<a href=\"mailto:ask@x.example\">",
    ] {
        assert!(written.html.contains(said), "{said} in {}", written.html);
    }
    assert!(!written.html.contains("Awa"), "nobody has verified the address: {}", written.html);
    let in_one = |language| letters().write(&to(language), &invitation()).unwrap().content;
    assert!(written.is_bilingual() && !in_one(Language::En).is_bilingual() && !in_one(Language::Fr).is_bilingual());
    assert!(written.text.starts_with("(La version française figure ci-dessous.)\n\nHello,"), "{}", written.text);
    assert!(written.text.contains("because you were invited to join it"), "{}", written.text);
    let buttons = "Accept the invitation:\nAccepter l’invitation\u{a0}:\nhttps://x.example/invitation?token=abc";
    assert!(written.text.contains(buttons), "{}", written.text);
    assert_eq!(written.subject, "Invitation to Community / Invitation à rejoindre la communauté (Communauté)");
    let rejected = Rejected { reason: Some(Quote::new("https://evil.example", Author::Coordinator)) };
    let written = letters().write(&to(Language::En), &rejected).unwrap().content;
    assert!(written.html.contains("Dear Awa,") && written.html.contains("https://evil.example"), "{}", written.html);
    assert!(!written.html.contains("href=\"https://evil"), "{}", written.html);
}

#[test]
fn a_digest_names_each_announcement_and_where_it_is() {
    let to = Recipient { user_id: None, address: String::new(), name: "Awa".to_owned(), language: Language::Fr };
    let entries = [DigestEntry { announcement: Id::nil(), title: "Réunion <b>".to_owned(), asks: false }];
    let written = letters().digest(&to, &entries, "abc").unwrap();
    let url = format!("https://x.example/announcements/{}?mail=abc", Id::nil());
    assert!(
        written.html.contains(&format!("<a href=\"{url}\" dir=\"auto\">Réunion &lt;b&gt;</a>")),
        "{}",
        written.html
    );
    let ends = format!(
        "\n\n- Réunion <b>\n  {url}\n\nChoisir comment recevoir les annonces\u{a0}:\nhttps://x.example/subscriptions/abc"
    );
    assert!(written.text.contains(&ends), "{}", written.text);
}

/// Pieces of announcements, which combine all ways to write a link with all placeholders.
const PIECES: &[&str] = &[
    "{{ name }}",
    "{{name}}",
    "{{ unsubscribe }}",
    "{{unsubscribe}}",
    "{{ administration }}",
    "{{ mail }}",
    "%7B%7Bunsubscribe%7D%7D",
    "%7b%7bname%7d%7d",
    "&#123;&#123;name}}",
    "&#123;&#123;unsubscribe&#125;&#125;",
    "{<b></b>{name}}",
    "https://evil.example/?",
    "https:\\\\evil.example/",
    "//evil.example/",
    "evil.example/",
    "evil.example",
    "www.evil.example?q=",
    "mailto:a@evil.example?body=",
    "a@evil.example",
    ".evil.example",
    "[x](",
    "[x](<",
    "](",
    ")",
    "<",
    ">",
    "[x]: ",
    "[x]",
    " \"",
    "\"",
    "<a href=\"",
    "<a href='",
    "<a href=",
    "\">",
    "'>",
    "x</a>",
    "<q cite=\"",
    "<p title=\"",
    "![p](",
    "<img src=\"",
    "<b>",
    "</b>",
    "<br>",
    "`",
    "(",
    "|",
    "\\",
    "_",
    "&nbsp;",
    "\u{200b}",
    ".",
    " ",
    "\n",
    "\n\n",
];

/// Values of the reader that occur nowhere else.
const READER: Values<'_> = Values {
    name: "Zoe7Quill",
    administration: "Land9Office",
    unsubscribe: "https://x.example/unsubscribe/abc",
    mail: "Token5Mail",
};

/// Whether a text has a value of the reader.
fn tells(text: &str) -> bool {
    [READER.name, READER.administration, READER.mail, "/unsubscribe/"].iter().any(|told| text.contains(told))
}

/// Words that a program may take for a foreign link, with a value of the reader.
fn leaks(text: &str) -> bool {
    text.split_whitespace().any(|word| word.contains("evil.example") && tells(word))
}

/// Attributes with a value of the reader, except the link to unsubscribe.
fn leaks_in_html(html: &str) -> bool {
    let mut reader = Reader::from_str(html);
    reader.config_mut().check_end_names = false;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => {
                let own = format!("href=\"{}\"", READER.unsubscribe);
                if tells(&tag.attributes_raw().replace(&own, "")) {
                    return true;
                }
            }
            Event::Text(text) if leaks(&text.html_content()) => return true,
            Event::Eof => return false,
            _ => {}
        }
    }
}

proptest! {
    #[test]
    fn a10_nothing_of_a_reader_goes_to_others_however_a_text_is_written(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 1..12),
    ) {
        let markdown = pieces.concat();
        let html = markdown::to_html(&markdown);
        let text = markdown::to_text(&html).unwrap();
        let filled_html = Places::html(&html, "https://x.example").fill(&READER);
        let filled_text = Places::plain(&text, "https://x.example").fill(&READER);
        // Whatever was stored before: nothing is filled into a URL.
        prop_assert!(!leaks_in_html(&filled_html), "{:?}: {}", markdown, filled_html);
        prop_assert!(!leaks(&filled_text), "{:?}: {}", markdown, filled_text);
        // In an accepted text every placeholder is filled.
        if markdown::may_be_filled(&markdown) {
            prop_assert!(!template::is_personal(&filled_html), "{:?}: {}", markdown, filled_html);
            prop_assert!(!template::is_personal(&filled_text), "{:?}: {}", markdown, filled_text);
        }
    }
}

#[test]
fn a10_a_place_in_a_url_is_refused_and_one_in_the_text_is_not() {
    let code = |body: &str| markdown::check(body).err().map(markdown::Excess::code);
    for body in [
        "[x](https://evil.example/?{{ unsubscribe }})",
        "[x](https://evil.example/?n={{name}})",
        "[x](<https://evil.example/ {{ name }}>)",
        "[x](/local?{{ name }})",
        "[x]({{ name }})",
        "[x]({{ unsubscribe }}?all=true)",
        "[x](mailto:a@evil.example?body={{unsubscribe}})",
        "[x](https://evil.example/%7B%7Bunsubscribe%7D%7D)",
        "[x](https://evil.example/&#123;&#123;unsubscribe}})",
        "[x](https://evil.example/%7B%7Bmail%7D%7D)",
        "[x](https://evil.example/ \"{{unsubscribe}}\")",
        "[x]\n\n[x]: https://evil.example/{{unsubscribe}}",
        "<a href=\"https://evil.example/{{unsubscribe}}\">x</a>",
        "<a href='https://evil.example/?&#123;&#123;name&#125;&#125;'>x</a>",
        "<https://evil.example/?{{name}}>",
        "https://evil.example/?{{ unsubscribe }}",
        "evil.example/?q={{ name }}",
        "{{ name }}.evil.example",
        "{{ name }}@evil.example",
        "https://evil.example/?**{{ name }}**",
        "`https://evil.example/?{{ name }}`",
        "![p](https://evil.example/{{name}}.png)",
        "<img src=\"https://evil.example/{{name}}.png\">",
        "<q cite=\"https://evil.example/{{name}}\">x</q>",
        "<!-- {{ name }} -->",
        // Disguised, so that the text does not look personal.
        "<p>&#123;&#123;name}}</p>",
        "<p>&#123;&#123;mail}}</p>",
        "[x](%7B%7Bunsubscribe%7D%7D)",
        "{<b></b>{name}}",
    ] {
        assert_eq!(code(body), Some(FieldCode::PlaceInUrl), "{body}: {}", markdown::to_html(body));
        assert!(!markdown::may_be_filled(body), "{body}");
    }
    for body in [
        "Dear {{ name }}, of **{{ administration }}**: see https://x.example/a.",
        "[leave]({{ unsubscribe }}), or {{ unsubscribe }}.",
        "[{{ name }}](https://x.example/)",
        "<a href=\"{{ unsubscribe }}\">x</a>",
        "[x]\n\n[x]: {{unsubscribe}}",
        "« {{ name }}\u{a0}» (l’{{ administration }})",
        "| {{ name }} | https://x.example |\n|---|---|\n| x.example | {{ administration }} |",
        "- {{ name }}\n- https://x.example/",
        "&#123;&#123;name}} and \\{\\{ name }}",
    ] {
        assert_eq!(code(body), None, "{body}: {}", markdown::to_html(body));
        assert!(markdown::may_be_filled(body), "{body}");
    }
}
