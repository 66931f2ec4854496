//! Quoted links in all encodings, and texts that have none.

use proptest::prelude::*;

use super::*;

const SECRET: &str = "q7-Zk_0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX2";

#[test]
fn a20_a_quoted_link_loses_its_secret_however_it_is_written() {
    let (begin, rest) = SECRET.split_at(20);
    for (text, shown) in [
        (format!("https://x.example/reset?token={SECRET}"), "https://x.example/reset?token=***"),
        (format!("> /reset?token={begin}\r\n> {rest}\r\n>\r\n> Awa"), "> /reset?token=***\r\n>\r\n> Awa"),
        (format!("> > /reset?token=\n> > {begin} \n> > {rest}."), "> > /reset?token=\n> > ***."),
        (format!("/reset?tok=\r\nen=3D{begin}=\r\n{rest}=20 x"), "/reset?tok=\r\nen=***=20 x"),
        (format!("/verify?a=b&amp;token={SECRET}&amp;c=d"), "/verify?a=b&amp;token=***&amp;c=d"),
        (format!("/verify?token&#61;{begin}<wbr>{rest}\""), "/verify?token&#61;***\""),
        (
            format!("?url=https%3A%2F%2Fx.example%2Freset%3Ftoken%3D{SECRET}&data=1"),
            "?url=https%3A%2F%2Fx.example%2Freset%3Ftoken%3D***&data=1",
        ),
        (format!("token%253D{}", SECRET.replace('-', "%252D")), "token%253D***"),
        (format!("/UNSUBSCRIBE/{SECRET}?all=true"), "/UNSUBSCRIBE/***?all=true"),
        (format!("%2Fsubscriptions%2F{SECRET}%3Fa"), "%2Fsubscriptions%2F***%3Fa"),
        (format!("RE: {SECRET}"), "RE: ***"),
        (format!("x {begin}\u{200b}{rest} y"), "x *** y"),
        (format!("> {begin}\n> {rest}\n>\n> y"), "> ***\n>\n> y"),
        ("token=short and on".to_owned(), "token=*** and on"),
    ] {
        assert_eq!(without_secrets(&text), shown, "{text}");
    }
}

/// The longest piece of the secret that is shown.
fn longest_shown(shown: &str) -> usize {
    let pieces =
        (0..SECRET.len()).flat_map(|from| (from + 1..=SECRET.len()).filter_map(move |to| SECRET.get(from..to)));
    pieces.filter(|piece| shown.contains(piece)).map(str::len).max().unwrap_or_default()
}

#[test]
fn a20_a_link_that_is_marked_up_or_written_in_other_letters_loses_its_secret() {
    let link = "https://x.example/invitation?token=";
    let every = |length: usize, between: &str| -> String {
        let chars: Vec<char> = SECRET.chars().collect();
        let pieces: Vec<String> = chars.chunks(length).map(|piece| piece.iter().collect()).collect();
        pieces.join(between)
    };
    let (begin, rest) = SECRET.split_at(20);
    let wide: String = SECRET.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
    for text in [
        format!(
            "<blockquote>{link}q<span>{}</span></blockquote>",
            SECRET.trim_start_matches(|c| SECRET.starts_with(c))
        ),
        format!("<p>x</p>{link}<span>{}</span>", every(8, "</span><span>")),
        format!("<p>x</p>{link}{}", every(12, "<br>")),
        format!("{link}<div class=\"q\">{}</div>", every(12, "</div>\n<div class=\"q\">")),
        format!("{link}{begin}<!-- -->{rest}"),
        format!("<table><tr><td>{link}{begin}</td><td>{rest}</td></tr></table>"),
        // The form that some programs give to the lines of a quotation in HTML.
        format!("> {link}{begin} > {rest} > Bye"),
        format!("{link}{begin} > > {rest} > > Bye"),
        format!("{link}{}", every(6, "&shy;")),
        format!("{link}{}", every(10, "\u{301}")),
        format!("{link}{}", every(1, "\u{200d}")),
        format!("{link}{wide}"),
        format!("see {wide} here"),
        format!("<a href=\"{link}{SECRET}\">{link}{SECRET}</a>"),
        format!("<{link}{SECRET}>"),
        format!("<{SECRET}>"),
    ] {
        let shown = without_secrets(&text);
        assert!(longest_shown(&shown) < 4 && !shown.contains(&wide), "{text}: {shown}");
        assert!(shown.contains("***"), "{shown}");
    }
}

#[test]
fn a20_what_is_no_secret_is_shown_as_it_is() {
    for text in [
        "",
        "Good day, I have moved to the port office.\n\n> Choose a new password\n> Awa",
        "mail 01890a5d-ac96-774b-bcce-b302099a8057\nwas refused",
        "-----------------------------------------------------",
        "550 5.1.1 <awa.diop@customs-sn.example>: no such user, see https://support.example/mail/?p=NoSuchUser",
        "tokens are good once; a token = a key",
        "Administration\nof\nCustoms\nand\nExcise\nof\nthe\nRepublic",
        "100 % of 50 %25 &amp; &nbsp; &",
        "<p>Good day, I have moved.</p><p>Awa &lt;awa.diop@customs-sn.example&gt;</p>",
        "Dakar > Port > Office 7 > Awa",
    ] {
        assert_eq!(without_secrets(text), text);
    }
}

#[test]
fn a20_a_log_names_nobody_and_an_address_decides_nothing() {
    let said = "451 4.7.1 <awa@throttl.example>: Sender rejected,\r\nsee https://x.example/?to=awa%40x.example";
    assert_eq!(loggable(said), "451 4.7.1 *** Sender rejected,  see ***");
    assert_eq!(words_alone(said), "451 4.7.1 Sender rejected, see");
    let said = "to awa=40x.example awa&#64;x.example awa\u{fe6b}x.example <!--awa@x.example--> refused";
    assert_eq!((loggable(said).as_str(), words_alone(said).as_str()), ("to *** *** *** *** refused", "to refused"));
    assert_eq!(
        loggable(&format!("blocked: https://x.example/reset?token={SECRET}")),
        "blocked: https://x.example/reset?token=***"
    );
}

#[test]
fn a_secret_is_hidden_behind_marks_of_quotation_that_are_unknown() {
    let (begin, rest) = SECRET.split_at(16);
    let (middle, end) = rest.split_at(16);
    for mark in [": ", "\u{bb} ", "# ", "* ", "\u{a0}> "] {
        let text =
            format!("{mark}https://x.example/reset?token={begin}\n{mark}{middle}\n{mark}{end}\n{mark}\n{mark}Bye now");
        let shown = without_secrets(&text);
        let wanted = format!("{mark}https://x.example/reset?token=***\n{mark}***\n{mark}***\n{mark}\n{mark}Bye now");
        assert_eq!(shown, wanted, "{mark:?}");
        assert_eq!(without_secrets(&shown), shown, "{mark:?}");
    }
    // A mark of letters is treated as a part of the secret; what follows is shown.
    assert_eq!(without_secrets(&format!("?token={begin}\nAD: {middle}\nAD: {end}")), "?token=***: ***\nAD: ***");
    // After a complete one nothing is searched.
    assert_eq!(without_secrets(&format!("?token={SECRET}\n: abcdefgh")), "?token=***\n: abcdefgh");
    // The mark alone is at the end of its line.
    assert_eq!(without_secrets(&format!(": ?token=\n: {begin}\n: {rest}")), ": ?token=\n: ***\n: ***");
    // No further than three lines, nor beyond an empty one, nor if the secret ends within its line.
    let lines = without_secrets("token=abc\n: a\n: b\n: abcdefgh\n: abcdefgh");
    assert_eq!(lines, "token=***\n: a\n: b\n: ***\n: abcdefgh");
    assert_eq!(without_secrets("token=abc\n\n: abcdefgh"), "token=***\n\n: abcdefgh");
    assert_eq!(without_secrets("token=abc, yes\n: abcdefgh"), "token=***, yes\n: abcdefgh");
}

#[test]
fn a20_what_stands_before_a_secret_is_known_where_it_is_wrapped_behind_an_unknown_mark() {
    let (begin, rest) = SECRET.split_at(29);
    for mark in ["JD> ", ": ", "# ", "k> ", "t| ", "  7: ", "Jean-Dupont> ", "\u{bb} ", "\u{a0}> "] {
        for before in BEFORE {
            for split in 1..before.len() {
                let (one, two) = before.split_at(split);
                for end in ["\n", "\r\n", "=\r\n"] {
                    let text = format!(
                        "{mark}Hello{end}{mark}https://x.example{one}{end}{mark}{two}{begin}{end}{mark}{rest}\n{mark}Bye"
                    );
                    let shown = without_secrets(&text);
                    assert!(longest_shown(&shown) < PIECE && shown.contains("***"), "{text:?}: {shown:?}");
                    assert_eq!(without_secrets(&shown), shown, "{text:?}");
                }
            }
        }
    }
    // Over three lines, too.
    let text = format!("JD> x/unsu\nJD> bscri\nJD> be/{begin}\nJD> {rest}\nJD> Bye");
    assert!(longest_shown(&without_secrets(&text)) < PIECE, "{text}");
    for text in ["We go to\nthe port: kin=x", "to\n\nJD> ken=abcdefgh", "to\n: a\n: ken=abcdefgh", "to Ken=abcdefgh"] {
        assert_eq!(without_secrets(text), text);
    }
}

#[test]
fn marks_within_what_is_hidden_hide_what_follows_as_if_they_stood_alone() {
    // In quoted-printable one row continues from mark to mark.
    let marks = format!("token={}", "token=2D".repeat(2_000));
    assert_eq!(without_secrets(&marks), "token=***");
    // A row ends with the line in which it becomes too long, unless another mark began in it.
    let line = "a".repeat(150);
    assert_eq!(without_secrets(&format!("token={line}\n{line}\nshort and on")), "token=***\nshort and on");
    assert_eq!(without_secrets(&format!("token={line}\n{line}token=2D{line}\nshort and on")), "token=*** and on");
}

#[test]
fn no_half_of_a_secret_is_kept_where_a_text_is_cut() {
    assert_eq!(head("token=abc"), "token=abc");
    let long = format!("{}token={SECRET}", "é ".repeat(1_360));
    let cut = head(&long);
    assert!(cut.len() <= MOST_MASKED && cut.ends_with("token="), "{cut}");
    assert_eq!(head(&"é".repeat(MOST_MASKED)).len(), MOST_MASKED);
}

proptest! {
    #[test]
    fn a20_no_width_of_lines_shows_a_secret(secret in "[A-Za-z0-9_-]{43,120}", width in 5_usize..80, mark in "(> ){0,3}") {
        let link: Vec<char> = format!("https://x.example/confirm-contact?token={secret}").chars().collect();
        let lines: Vec<String> = link.chunks(width).map(|line| line.iter().collect()).collect();
        let end = format!("\n{mark}");
        let shown = without_secrets(&lines.join(&end)).replace(&end, "");
        prop_assert_eq!(shown, "https://x.example/confirm-contact?token=***");
    }

    #[test]
    fn a20_what_was_masked_stays_as_it_is(text in "\\PC{0,200}|([a-zA-Z0-9=%&;#>\n _-]|token=|/unsubscribe/|%3D|=\r\n){0,80}") {
        let once = without_secrets(&text);
        prop_assert_eq!(without_secrets(&once), once);
    }
}
