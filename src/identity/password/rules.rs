//! Password rules: which passwords an attacker tries first (NIST SP 800-63B-4, 3.1.1.2; ASVS 5.0, 6.2.4, 6.2.11,
//! 6.2.12).
//!
//! There are three checks, all offline. A list of the commonest passwords (`data/common-passwords.txt`, 111,675 of
//! eight characters or more; `data/README.md` names its source). Patterns by which people reach a length: a common
//! password repeated, or followed by another or by digits, sequences, walks over the keyboard. And zxcvbn, which knows
//! words, dates and substitutions. No rule demands certain kinds of characters.
//!
//! The time of zxcvbn grows faster than the length of its input: a second for some passwords of 128 characters. So it
//! runs only on the hashing threads ([`is_guessable`]), never on those that serve requests, and reads the first 32
//! characters: the rest makes a password no easier to guess, so no weak password passes for that reason. Of a password
//! that repeats one part, it reads the part.

use zxcvbn::{Score, zxcvbn};

/// Sorted, lower case, one a line.
const COMMON: &str = include_str!("../../../data/common-passwords.txt");
/// Rows of the usual keyboards, and the columns people walk down.
const KEYBOARD: [&str; 13] = [
    "1234567890-=",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "qwertzuiop",
    "yxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "zaq12wsxcde34rfvbgt56yhnmju78ik",
    "!@#$%^&*()_+",
];
/// The share of steps between characters that makes a password a keyboard walk.
const WALK: f64 = 0.75;
/// Fewest letters that must remain without the context words.
const OWN_LETTERS: usize = 8;
/// Context words that are shorter are ignored.
const CONTEXT_LETTERS: usize = 3;
/// A repeated part that is shorter is rejected whatever it is.
const SHORT_UNIT: usize = 8;
/// Most characters that zxcvbn reads of the password and of each context word, and most context words.
const ESTIMATED: usize = 32;
const ESTIMATED_WORDS: usize = 16;

/// Whether the password is common, or follows a common pattern.
pub fn is_common(password: &str) -> bool {
    let plain = password.to_lowercase();
    is_listed(&plain) || is_walk(&plain) || is_repeat(&plain) || is_joined(&plain)
}

/// Whether little is left of the password without the words that are publicly known of its owner.
pub fn is_made_of(password: &str, context: &[String]) -> bool {
    let mut plain = password.to_lowercase();
    let before = plain.len();
    let mut words: Vec<String> = context
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect::<Vec<_>>())
        .filter(|word| word.chars().count() >= CONTEXT_LETTERS)
        .collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    for word in &words {
        plain = plain.replace(word.as_str(), " ");
    }
    plain.len() < before && plain.chars().filter(|c| c.is_alphabetic()).count() < OWN_LETTERS
}

/// Whether the password is guessable: fewer than 3 of zxcvbn's 4 points, or fewer than 2 with a second factor; always
/// fewer than 3 for a repeated part. Takes tens of milliseconds at worst, so it belongs on the hashing threads.
pub fn is_guessable(password: &str, context: &[String], with_factor: bool) -> bool {
    let characters: Vec<char> = password.chars().collect();
    let unit = repeated(&characters);
    let start: String = characters.iter().take(unit.unwrap_or(ESTIMATED).min(ESTIMATED)).collect();
    let context: Vec<String> =
        context.iter().take(ESTIMATED_WORDS).map(|word| word.chars().take(ESTIMATED).collect()).collect();
    let context: Vec<&str> = context.iter().map(String::as_str).collect();
    let enough = if with_factor && unit.is_none() { Score::Two } else { Score::Three };
    zxcvbn(&start, &context).score() < enough
}

/// The length of the shortest part that is repeated; the last repetition may be cut off.
fn repeated(characters: &[char]) -> Option<usize> {
    let is_unit = |unit: &usize| characters.iter().zip(characters.iter().skip(*unit)).all(|(a, b)| a == b);
    (1..=characters.len() / 2).find(is_unit)
}

fn is_listed(plain: &str) -> bool {
    let bytes = COMMON.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    // A binary search by bytes; each probe moves back to the beginning of its line.
    while low < high {
        let middle = usize::midpoint(low, high);
        let start = bytes.get(..middle).unwrap_or_default().iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        let rest = bytes.get(start..).unwrap_or_default();
        let line = rest.split(|&b| b == b'\n').next().unwrap_or_default();
        match line.cmp(plain.as_bytes()) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = start + line.len() + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    false
}

/// Whether most steps go to the next letter or digit, to a neighbouring key, or nowhere.
fn is_walk(plain: &str) -> bool {
    let characters: Vec<char> = plain.chars().collect();
    let steps = characters.windows(2).filter_map(|pair| <[char; 2]>::try_from(pair).ok());
    let easy = steps.filter(|&[a, b]| a == b || is_next(a, b) || is_neighbour(a, b)).count();
    let all = characters.len().saturating_sub(1).max(1);
    // Both numbers are small.
    let (easy, all) = (u32::try_from(easy).unwrap_or(u32::MAX), u32::try_from(all).unwrap_or(u32::MAX));
    f64::from(easy) / f64::from(all) >= WALK
}

fn is_next(a: char, b: char) -> bool {
    u32::from(a).abs_diff(u32::from(b)) == 1 && a.is_alphanumeric() && b.is_alphanumeric()
        || matches!((a, b), ('9', '0') | ('0', '9') | ('z', 'a') | ('a', 'z'))
}

fn is_neighbour(a: char, b: char) -> bool {
    let step = |row: &str, a: char, b: char| row.chars().zip(row.chars().skip(1)).any(|pair| pair == (a, b));
    KEYBOARD.iter().any(|row| step(row, a, b) || step(row, b, a))
}

/// Whether one part is repeated (the last repetition may be cut off) and the part is short or common itself. The
/// hashing threads check whether it is easy to guess.
fn is_repeat(plain: &str) -> bool {
    let characters: Vec<char> = plain.chars().collect();
    repeated(&characters).is_some_and(|unit| {
        let part: String = characters.iter().take(unit).collect();
        unit < SHORT_UNIT || is_listed(&part)
    })
}

/// Whether it is a common password, or two, with only digits and marks around and between.
fn is_joined(plain: &str) -> bool {
    let bare = plain.trim_matches(|c: char| !c.is_alphabetic());
    if bare.is_empty() {
        return true;
    }
    if bare != plain && (is_listed(bare) || is_repeat(bare)) {
        return true;
    }
    bare.char_indices().skip(1).any(|(at, _)| {
        let (first, second) = bare.split_at(at);
        let second = second.trim_start_matches(|c: char| !c.is_alphabetic());
        is_listed(first.trim_end_matches(|c: char| !c.is_alphabetic())) && (is_listed(second) || second.len() < 4)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_found_in() {
        let lines: Vec<&str> = COMMON.lines().collect();
        assert!(lines.is_sorted() && lines.len() > 100_000);
        assert!(lines.iter().filter(|line| line.len() >= 15).count() >= 3_000);
        for line in lines.iter().step_by(997).chain([&lines[0], lines.last().unwrap()]) {
            assert!(is_listed(line), "{line}");
        }
        assert!(!is_listed("tram harbour lentil orbit") && !is_listed("") && !is_listed("~~~~~~~~~~~~~~~~~~~~~"));
    }

    #[test]
    fn what_people_make_to_reach_the_length_is_common() {
        for password in [
            "passwordpassword",
            "qwertyuiopasdfg",
            "123456789012345",
            "aaaaaaaaaaaaaaaa",
            "abcabcabcabcabc",
            "abcdefghijklmnop",
            "1q2w3e4r5t6y7u8i",
            "Password12345678",
            "iloveyouiloveyou",
            "passw0rdpassw0rd",
            "zaq12wsxcde34rfv",
            "administrator123",
            "987654321098765",
            "!!!football!!!!!",
            "sunshine.princess",
            "111222333444555",
            "azertyuiopqsdfg",
            "qwerty123qwerty123",
            "welcome welcome w",
            "000000000000000",
            "Liverpool1234567",
            "motdepassemotdepasse",
        ] {
            assert!(is_common(password) || is_guessable(password, &[], false), "{password}");
        }
    }

    #[test]
    fn what_people_think_of_themselves_is_not() {
        for password in [
            "tram harbour lentil orbit",
            "la girafe mange du fromage bleu",
            "vier Elche tanzen im Regen",
            "жираф любит зелёный чай",
            "kJ8#vQ2!zR5&mW9",
            "another long pass phrase",
        ] {
            assert!(!is_common(password) && !is_guessable(password, &[], false), "{password}");
        }
    }

    #[test]
    fn of_a_long_password_no_more_is_estimated_than_it_takes() {
        let part = "kJ8#vQ2!zR5&mW9xT4@bN7^cL1*dF6%gH3(jP0)sY8-aE5=uI2+oK9;wX4:qV7,";
        let twice = part.repeat(2);
        assert_eq!(repeated(&twice.chars().collect::<Vec<_>>()), Some(part.chars().count()));
        assert!(!is_common(&twice) && !is_guessable(&twice, &[], false));
        // The part decides, however often it is repeated; for a weak part, a second factor does not lower the bar.
        assert!(is_guessable("motdepasse1motdepasse1motdepasse1", &[], true));
        assert!(is_guessable(&"harbour7".repeat(16), &[], false));
        // Context words are cut too.
        let context = vec!["x".repeat(1_000); 1_000];
        assert!(!is_guessable("tram harbour lentil orbit", &context, false));
    }

    #[test]
    fn the_owners_own_words_do_not_count() {
        let context = ["awa.diop@douanes.example".to_owned(), "Awa Diop".to_owned(), "customs".to_owned()];
        for password in ["awa.diop@douanes.example", "AwaDiopDouanes2026!!", "customs-customs-2026"] {
            assert!(is_made_of(password, &context), "{password}");
        }
        assert!(!is_made_of("tram harbour lentil orbit", &context));
        assert!(!is_made_of("Awa mange du fromage bleu", &context));
        assert!(!is_made_of("12345678901234567", &context), "that is another fault");
    }
}
