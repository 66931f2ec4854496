//! A text as a QR code, in the parts of an inline SVG: a white ground with the quiet zone of four modules that scanners
//! need (ISO/IEC 18004, 9.1), and the dark modules as one path, a rectangle for each run. The template writes the
//! elements.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

use crate::error::{Error, OrInternal as _};

/// Modules of the quiet zone on each side.
const QUIET: usize = 4;

/// The parts of the picture.
pub(super) struct Qr {
    /// For `viewBox`.
    pub(super) view: String,
    /// The white ground, as a path.
    pub(super) ground: String,
    /// The dark modules, as a path.
    pub(super) modules: String,
}

impl Qr {
    /// The QR code of a text. It is read from a screen, so the lowest level of error correction suffices.
    ///
    /// # Errors
    /// If the text is too long.
    pub(super) fn of(text: &str) -> Result<Self, Error> {
        let code = QrCode::with_error_correction_level(text, EcLevel::L).or_internal()?;
        let whole = code.width() + 2 * QUIET;
        let mut modules = String::new();
        for (y, row) in code.to_colors().chunks(code.width()).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|left, right| left == right) {
                if run.first() == Some(&Color::Dark) {
                    write!(modules, "M{x} {y}h{0}v1h-{0}z", run.len()).or_internal()?;
                }
                x += run.len();
            }
        }
        Ok(Self {
            view: format!("-{QUIET} -{QUIET} {whole} {whole}"),
            ground: format!("M-{QUIET}-{QUIET}h{whole}v{whole}h-{whole}z"),
            modules,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_has_its_corners_and_a_quiet_zone() {
        let qr =
            Qr::of("otpauth://totp/Portal:awa.diop@customs-sn.example?secret=JBSWY3DPEHPK3PXP&issuer=Portal").unwrap();
        // The finder pattern in the first corner: seven dark modules, then one at each end.
        assert!(qr.modules.starts_with("M0 0h7v1h-7z"), "{}", qr.modules);
        assert!(qr.modules.contains("M0 1h1v1h-1zM6 1h1v1h-1z"), "{}", qr.modules);
        let side: usize = qr.view.rsplit(' ').next().unwrap().parse().unwrap();
        assert_eq!(qr.view, format!("-4 -4 {side} {side}"));
        assert_eq!((side - 2 * QUIET - 17) % 4, 0, "a version of the standard");
        let last = format!("M0 {}h7v1h-7z", side - 2 * QUIET - 1);
        assert!(qr.modules.contains(&last), "{}", qr.modules);
    }
}
