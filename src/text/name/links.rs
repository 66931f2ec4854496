//! Names and statements that lead somewhere: addresses on the web, of mailboxes, and telephone numbers.
//!
//! Mail programs make a link of a host without a scheme, and telephones of a row of digits; people type what they read.
//! So it is looked for by its looks: a dot within a word and an ending behind it that exists, or any ending with a path
//! behind it. How much counts depends on where the text stands. Names of people have dots without a space (`A.de
//! Souza`, `Mohd.Ali`), and posts are abbreviated (`Resp.IT`), so there only endings count that are taken for nothing
//! else. Names of things, and what a person gives as a reason, stand in mails of the portal: there every ending counts,
//! and the number of a machine; in the name of a thing a telephone number, too.
//!
//! Signs count as what they stand for (NFKC; U+3002 is a dot, as browsers have it), and joiners as nothing.
//!
//! Left out: what is spelled out (`evil dot com`), and names of programs that are hosts as well (`ASP.NET`), which are
//! refused.

use unicode_normalization::char::is_combining_mark;

use super::{is_joint, plain};

/// Endings of hosts that no name and no abbreviation has after a dot.
const COMMON: &str =
    "app biz club com dev edu example gov info int link live mil net online org page shop site test top xyz";

/// Endings of countries and territories.
const COUNTRIES: &str = "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br \
    bs bt bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu \
    fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq \
    ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml \
    mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr \
    ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th \
    tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw";

/// Particles of names among these.
const PARTICLES: &str = "de do la";

/// Other endings that are sold to anybody.
const SOLD: &str = "academy accountants actor africa agency apartments arab art asia associates attorney auction \
    audio auto baby band bank bar bargains beauty beer best bet bid bike bingo bio black blog blue boats bond boo \
    bot boutique broker builders business buzz cab cafe cam camera camp capital car cards care careers cars casa \
    case cash casino cat catering center ceo cfd channel charity chat cheap church city claims cleaning click \
    clinic clothing cloud coach codes coffee college community company compare computer condos construction \
    consulting contact contractors cooking cool coop country coupons courses credit creditcard cricket cruises \
    cyou dad dance date dating day deal deals degree delivery democrat dental dentist design diamonds diet digital \
    direct directory discount doctor dog domains download earth eco education email energy engineer engineering \
    enterprises equipment esq estate eus events exchange expert exposed express fail faith family fan fans farm \
    fashion feedback film finance financial fish fishing fit fitness flights florist flowers fly foo football \
    forex forsale forum foundation frl fun fund furniture futbol fyi gallery game games garden gay gift gifts \
    gives giving glass global gmbh gold golf graphics gratis green gripe group guide guitars guru hair haus health \
    healthcare help hiphop hockey holdings holiday homes horse hospital host hosting house how icu immo immobilien \
    inc industries ink institute insurance insure international investments irish ist jetzt jewelry jobs kaufen \
    kim kitchen kiwi kyoto land lat law lawyer lease legal lgbt life lighting limited limo llc loan loans lol \
    london lotto love ltd luxe luxury maison management market marketing markets mba meet media meme memorial men \
    menu miami mobi moda moe mom money monster mortgage motorcycles mov movie museum name navy network new news \
    nexus ngo ninja nyc observer one ong onl organic osaka paris partners parts party pet pharmacy photo \
    photography photos pics pictures pink pizza place plumbing plus poker porn post press prime pro productions \
    prof promo properties property protection pub quest racing realestate realty recipes red rehab reise reisen \
    rent rentals repair report republican rest restaurant review reviews rich rip rocks rodeo rsvp run sale salon \
    sarl saturday sbs school schule science scot security select services sex shiksha shoes shopping show singles \
    ski soccer social software solar solutions soy space sport spot srl storage store stream studio study style \
    sucks supplies supply support surf surgery swiss systems taipei tattoo tax taxi team tech technology tel \
    tennis theater theatre tickets tienda tips tires today tokyo tools tours town toys trade trading training \
    travel tube university uno vacations vegas ventures vet viajes video villas vin vip vision vodka vote voting \
    voto voyage wales wang watch watches webcam website wed wedding wien wiki win wine work works world wow wtf \
    yachts yoga you zip zone";

/// Endings in other scripts than Latin.
const ABROAD: &str = "бг бел дети ею католик ком мкд мон москва онлайн орг рус рф сайт срб укр қаз ελ ευ հայ გე \
    ישראל भारत संगठन ভারত বাংলা ไทย คอม ລາວ 中国 中國 中文网 公司 公益 在线 商店 商城 商标 娱乐 信息 台湾 台灣 广东 我爱你 手机 政务 新加坡 机构 游戏 澳门 澳門 \
    网址 网店 网站 网络 集团 香港 한국 닷컴 닷넷 コム みんな";

/// Letters of a host behind which the ending of a country makes a person's name an address.
const LONG: usize = 4;
/// Digits that a telephone number has at least.
const TELEPHONE: usize = 7;

/// Whether the name of a person leads somewhere.
pub(super) fn in_person(name: &str) -> bool {
    let name = read(name);
    let exists = |host: usize, ending: &str| {
        has(COMMON, ending) || (host >= LONG && has(COUNTRIES, ending) && !has(PARTICLES, ending))
    };
    name.contains('@') || has_scheme(&name) || has_host(&name, exists)
}

/// Whether what is said of a post, an office or a letter does. A sign between spaces is no address (`R&D @ HQ`).
pub(super) fn in_statement(said: &str) -> bool {
    let said = read(said);
    let exists = |host: usize, ending: &str| host > 0 && has(COMMON, ending);
    has_mailbox(&said) || has_scheme(&said) || has_host(&said, exists)
}

/// Whether what one person tells another in a mail of the portal does.
pub(super) fn in_remark(said: &str) -> bool {
    let said = read(said);
    has_mailbox(&said) || has_scheme(&said) || has_host(&said, exists_anywhere) || has_number_of_machine(&said)
}

/// Whether the name of a thing does.
pub(super) fn in_thing(name: &str) -> bool {
    let name = read(name);
    let has_address = name.contains('@') || has_scheme(&name) || has_host(&name, exists_anywhere);
    has_address || has_number_of_machine(&name) || has_telephone(&name)
}

/// Whether an ending exists, behind a host of so many characters.
fn exists_anywhere(host: usize, ending: &str) -> bool {
    host > 0 && [COMMON, COUNTRIES, SOLD, ABROAD].iter().any(|list| has(list, ending))
}

/// A text as programs read addresses.
fn read(text: &str) -> String {
    plain(text).chars().filter(|c| !is_joint(*c)).map(|c| if c == '\u{3002}' { '.' } else { c }).collect()
}

/// Whether a list, as they stand above, has this word.
fn has(list: &str, word: &str) -> bool {
    list.split(' ').any(|known| known == word)
}

fn has_scheme(text: &str) -> bool {
    text.contains("://") || text.contains("www.")
}

/// Whether there is an address of a mailbox.
fn has_mailbox(text: &str) -> bool {
    text.match_indices('@').any(|(at, sign)| {
        let before = text.get(..at).is_some_and(|before| before.ends_with(is_of_host));
        before && text.get(at + sign.len()..).is_some_and(|behind| behind.starts_with(is_of_host))
    })
}

/// Whether there is a host: a dot, and behind it an ending that `exists` behind so many characters, or any with a path.
fn has_host(text: &str, exists: impl Fn(usize, &str) -> bool) -> bool {
    text.match_indices('.').filter(|(at, _)| *at > 0).any(|(at, dot)| {
        let (before, behind) = (text.get(..at).unwrap_or_default(), text.get(at + dot.len()..).unwrap_or_default());
        let host = before.chars().rev().take_while(|c| is_of_host(*c)).count();
        let end = behind.find(|c: char| !c.is_alphanumeric() && !is_combining_mark(c)).unwrap_or(behind.len());
        let (ending, rest) = behind.split_at_checked(end).unwrap_or_default();
        let may_exist = ending.chars().count() > 1 && !ending.contains(char::is_numeric);
        exists(host, ending) || (host > 0 && may_exist && leads_on(rest)) || (host > 0 && behind.starts_with("xn--"))
    })
}

/// Whether there are four numbers below 256 with dots between, as in `192.0.2.1`, and no fifth.
fn has_number_of_machine(text: &str) -> bool {
    let is_part = |part: &str| part.parse::<u8>().is_ok();
    text.split(|c: char| !(c.is_ascii_digit() || c == '.')).any(|row| {
        let parts: Vec<&str> = row.trim_matches('.').split('.').collect();
        parts.len() == 4 && parts.iter().all(|part| is_part(part))
    })
}

fn is_of_host(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() || matches!(c, '-' | '_') } else { !c.is_whitespace() }
}

/// Whether what stands behind the ending of a host is a path, a query or a port, and no mark of a sentence.
fn leads_on(rest: &str) -> bool {
    let mut signs = rest.chars();
    match (signs.next(), signs.next()) {
        (Some('/' | '\\' | '\u{2044}' | '\u{2215}'), _) => true,
        (Some('?' | '#'), Some(next)) => next.is_alphanumeric() || matches!(next, '=' | '%' | '/' | '!' | '_' | '-'),
        (Some(':'), Some(next)) => next.is_numeric(),
        _ => false,
    }
}

/// Whether there are as many digits as a telephone number has, without a letter between them, which are no day.
fn has_telephone(text: &str) -> bool {
    let digits = crate::text::plain(text);
    digits.split(char::is_alphabetic).any(|row| {
        let groups: Vec<&str> = row.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty()).collect();
        let counted = if row.contains('+') { groups.as_slice() } else { without_day(&groups) };
        counted.iter().map(|group| group.len()).sum::<usize>() >= TELEPHONE
    })
}

/// Groups of digits without the day that they begin with (`2026-11-30`, `30.11.2026`, `20261130`), or two years.
fn without_day<'a, 'b>(groups: &'b [&'a str]) -> &'b [&'a str] {
    let is_below = |group: &str, most: u8| group.len() <= 2 && group.parse().is_ok_and(|number: u8| number <= most);
    let is_year = |group: &str| group.len() == 4 && (group.starts_with("19") || group.starts_with("20"));
    let is_compact = |group: &str| group.len() == 8 && group.get(..4).is_some_and(is_year);
    match groups {
        [first, second] if is_year(first) && is_year(second) => &[],
        [year, month, day, rest @ ..] if is_year(year) && is_below(month, 12) && is_below(day, 31) => rest,
        [day, month, year, rest @ ..] if is_below(day, 31) && is_below(month, 12) && is_year(year) => rest,
        [day, rest @ ..] if is_compact(day) => rest,
        all => all,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is one for everybody.
    const ADDRESSES: &[&str] = &[
        "see https://evil.example/unlock",
        "evil:／／x",
        "www.evil.example",
        "ｗｗｗ．evil．example",
        "evil.com",
        "EVIL.COM",
        "evil.com.",
        "evil.ｃom",
        "evil。com",
        "evil｡com/x",
        "evil․com",
        "evil.\u{200d}com",
        "evil.com?x",
        "evil.com?ref=1",
        "evil.com#x",
        "evil.com:80",
        "bit.ly/abc",
        "t.me/x",
        "bit.ly\u{2215}abc",
        "bit.ly\\abc",
        "evil.ru/login",
        "evil.cfd/x",
        "evil.zip?x=1",
        "evil.ninja:8080",
        "evil.unheard/x",
        "пример.рф/x",
        "例え.jp/x",
        "evil.xn--p1ai",
        "\u{1f600}.ws/x",
        "user@evil.com",
        "user@localhost",
        "user＠evil.com",
    ];

    #[test]
    fn a15_an_address_is_one_in_every_text() {
        for text in ADDRESSES {
            assert!(in_person(text) && in_statement(text) && in_thing(text) && in_remark(text), "{text}");
        }
    }

    #[test]
    fn a15_a_reason_has_no_ending_that_exists_and_no_number_of_a_machine() {
        for text in [
            "Log in at secure-customs.io, please",
            "or smartcustoms.africa.",
            "see login.portal-secure.de",
            "evil.zip",
            "bit.ly",
            "evil．co．uk",
            "evil.рф",
            "evil.museum",
            "at 192.0.2.1/login",
            "http 192.0.2.1:8080",
        ] {
            assert!(in_remark(text), "{text}");
        }
        for text in [
            "Which office are you with? The letter is missing.",
            "Your letter of 30.11.2026 names nobody. Please send another one.",
            "The mandate of Dr. M. Fall (DG/2026/17) has ended; see No. 4.2.1.",
            "Call +221 33 800 00 00, room 12.",
            "Votre nomination n’est pas signée. Merci de la compléter.",
            "局长。副局长",
        ] {
            assert!(!in_remark(text), "{text}");
        }
    }

    #[test]
    fn a15_posts_offices_and_references_have_dots_and_slashes() {
        for text in [
            "Chef de division, Dr. M.",
            "Dr.M. Fall",
            "A.de Souza",
            "IT/OT",
            "R&D @ HQ",
            "@ the port",
            "Chef a.i.",
            "Resp.IT",
            "Dir.RH",
            "Insp.Finances",
            "Développeur .NET",
            "Node.js",
            "No.12/2026-DG.3/B",
            "DG/2026/17",
            "Réf. 4/B",
            "4.2.1.3/2026",
            "M.Sc./MBA",
            "Ph.D.",
            "U.S. Customs",
            "Who is Dr.Diop?",
            "Dr.Diop: Director",
            "局长。副局长",
            "Strategy 2026-2027",
            "+221 33 800 00 00",
        ] {
            assert!(!in_statement(text), "{text}");
        }
        for text in ["Resp.info", "ASP.NET", "Chef.Div/Douanes"] {
            assert!(in_statement(text), "it looks like one: {text}");
        }
    }

    #[test]
    fn a15_people_have_dots_in_their_names() {
        for text in ["A.de Souza", "Maria.de Lourdes", "Ma.Teresa Cruz", "Mohd.Ali", "J.Li", "Y.Ma", "J.R.R. Tolkien"] {
            assert!(!in_person(text), "{text}");
        }
        for text in ["Portal-secure.io", "Secure.fr", "Unlock at evil.ru"] {
            assert!(in_person(text), "{text}");
        }
    }

    #[test]
    fn a15_the_name_of_a_thing_has_no_ending_that_exists_and_no_number_to_call() {
        for text in [
            "Not you? Block it at secure-customs.io",
            "secure-customs。com/stop",
            "Call smartcustoms.africa",
            "portal-secure.de",
            "t.co",
            "evil.zip",
            "evil.support",
            "пример.рф",
            "evil。中国",
            "sync.sh",
            "Not you? Call +1 800 555 0199",
            "Not you? Call +20 12 2026 11",
            "0800 123 456",
            "1-800-555-0199",
            "01.23.45.67.89",
            "(0)33/800_00_00",
            "33 800 00 00",
            "٠٨٠٠ ١٢٣ ٤٥٦",
            "０８００ １２３ ４５６",
            "2026-11-30 0800 123 456",
        ] {
            assert!(in_thing(text), "{text}");
        }
        for text in [
            "Node.js",
            "Sync .NET",
            "Phone (v2.1)",
            "Single window 2.0 (pilot)",
            "iPhone 15, iOS 18.1.1",
            "Backup 2026-11-30 14:05:33",
            "Backup 20261130-1405",
            "of 30.11.2026",
            "Budget 2026/2027",
            "Dr. Fall’s laptop, room 12",
            "U.S. Customs",
            "S.A.R. of Hong Kong",
            "St. Kitts and Nevis",
            "Same as Mr.Fall",
            "局长。副局长",
            "Côte d’Ivoire",
            "3 tries, 10 minutes, 2 devices",
        ] {
            assert!(!in_thing(text), "{text}");
        }
    }
}
