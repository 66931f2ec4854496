//! Letters that look like Latin ones and that the confusables of Unicode Technical Standard 39 lack: of scripts in
//! which whole words can be made to look like Latin words.
//!
//! Left out: letters whose similarity a reader would not notice.

/// The Latin letter that a letter looks like, if the standard has no entry.
pub(super) const fn like_latin(c: char) -> char {
    match c {
        'ᗩ' | 'ᗋ' | '卂' => 'A',
        '乃' => 'B',
        'ᑕ' | 'ㄈ' | '匚' => 'C',
        'ᗴ' | '乇' | 'Ꮛ' => 'E',
        '千' => 'F',
        'Ꮆ' => 'G',
        '卄' | '廾' => 'H',
        'Ꮖ' | 'ꮖ' | 'ᓰ' | '工' | '丨' | 'エ' | 'ㅣ' => 'I',
        'ㄥ' => 'L',
        '爪' => 'M',
        'ᑎ' | 'Ꮑ' | 'ꮑ' | '几' => 'N',
        'Ꮎ' | 'ꮎ' | 'ᗝ' | 'ᓍ' | 'ㄖ' | 'ロ' | '口' | 'ㅇ' => 'O',
        '卩' => 'P',
        '尺' => 'R',
        'ᔕ' | 'ᔑ' | '丂' => 'S',
        'ᐪ' | 'ㄒ' | '丅' => 'T',
        'Ꮜ' | 'ꮜ' | 'ㄩ' | '凵' => 'U',
        'ᗯ' | '山' => 'W',
        '乂' => 'X',
        'ㄚ' => 'Y',
        '乙' => 'Z',
        'ն' => 'n',
        'ք' => 'p',
        'ր' => 'r',
        other => other,
    }
}
