//! What a failure of the database means for whoever asked, in the words that the database has for it.
//!
//! The library of the database (`error`) hands on a kind and the words of a message, and no SQLSTATE, for all
//! conditions that an operator can end: no space left, too many connections, a lock or a statement that took too
//! long. PostgreSQL speaks the language of `lc_messages`, which an ordinary role may not change. So the portal asks
//! for English where it may (`db::connection`), and otherwise recognises the words of these conditions in every
//! language that PostgreSQL 15 has a catalogue for ([`speaks`] tells which). The words are parts of its own
//! catalogues, without the names that a message has in it. SQLite, and the client library that is built in, speak
//! English alone.
//!
//! Left out: to read the SQLSTATE, which that library keeps to itself, and conditions that are faults of the portal.

use super::{Error, ProblemCode};

/// Languages of the server whose words are known here, as `lc_messages` begins. C and POSIX are English.
const LANGUAGES: [&str; 14] = ["C", "POSIX", "de", "en", "es", "fr", "it", "ja", "ka", "ko", "ru", "sv", "uk", "zh_CN"];

/// The connection is gone, or the server takes none now.
const LOST: [&str; 47] = [
    "server closed the connection",
    "terminating connection",
    "connection not open",
    "no connection to the server",
    "the database system is",
    "Verbindung wird abgebrochen",
    "das Datenbanksystem startet",
    "das Datenbanksystem fährt herunter",
    "das Datenbanksystem ist im",
    "terminando la conexión",
    "el sistema de base de datos está",
    "arrêt des connexions suite",
    "le système de bases de données",
    "interruzione della connessione",
    "la connessione è stata terminata",
    "il database si sta",
    "il database è in modalità",
    "接続を終了します",
    "接続を終了しています",
    "データベースシステムは",
    "მიერთების შეწყვეტა",
    "მონაცემთა ბაზის სისტემა",
    "მონაცემთა ბაზის სისტემის",
    "연결을 끝냅니다",
    "데이터베이스 시스템이",
    "закрытие подключения",
    "система баз данных",
    "система БД",
    "avslutar anslutning",
    "terminerar anslutning",
    "databassystemet",
    "завершення підключення",
    "переривання підключення",
    "система бази даних",
    "由于管理员命令中断联接",
    "终止连接",
    "数据库系统",
    "Connection refused",
    "could not connect",
    "could not send data",
    "could not receive data",
    "SSL connection has been closed",
    "SSL SYSCALL error",
    "connection to server",
    "Connection reset",
    "timeout expired",
    "another command is already in progress",
];

/// Nothing more can be written: the disk of the database is full.
const FULL: [&str; 40] = [
    "database or disk is full",
    "No space left on device",
    "Disk quota exceeded",
    "could not extend file",
    "could not write to file",
    "could not write block",
    "Check free disk space",
    "nicht erweitern",
    "konnte nicht in Datei",
    "freien Festplattenplatz",
    "se pudo extender el archivo",
    "se pudo escribir a archivo",
    "espacio libre en disco",
    "pas pu étendre le fichier",
    "pas pu écrire dans le fichier",
    "espace disque disponible",
    "possibile estendere il file",
    "scrittura nel file",
    "spazio libero sul disco",
    "を拡張できませんでした",
    "を書き出せませんでした",
    "ディスクの空き容量",
    "ფაილის გაფართოების შეცდომა",
    "ჩაწერის შეცდომა",
    "დისკზე ადგილი",
    "파일을 확장할 수 없음",
    "파일 쓰기 실패",
    "디스크 여유 공간",
    "не удалось увеличить файл",
    "не удалось записать в файл",
    "место на диске",
    "inte utöka fil",
    "inte skriva till fil",
    "ledigt diskutrymme",
    "не вдалося розширити файл",
    "неможливо записати до файлу",
    "вільний дисковий простір",
    "无法扩展文件",
    "无法写入文件",
    "检查空闲磁盘",
];

/// The database is not for writing: a standby, or a server or file that is set so.
const READ_ONLY: [&str; 12] = [
    "attempt to write a readonly database",
    "read-only transaction",
    "Read-Only-Transaktion",
    "read-only-transaktion",
    "transacción de sólo lectura",
    "transaction en lecture seule",
    "transazione a sola lettura",
    "リードオンリーのトランザクション",
    "읽기 전용 트랜잭션",
    "режиме \"только чтение\"",
    "\"лише для читання\"",
    "只读模式的事务",
];

/// The server takes no more connections.
const CROWDED: [&str; 36] = [
    "too many clients already",
    "remaining connection slots are reserved",
    "too many connections for",
    "no more connections allowed",
    "schon zu viele Verbindungen",
    "verbleibenden Verbindungen sind",
    "zu viele Verbindungen",
    "demasiados clientes",
    "conexiones restantes",
    "demasiadas conexiones",
    "trop de clients",
    "emplacements de connexions restants",
    "trop de connexions",
    "troppi client",
    "rimanenti slot di connessione",
    "troppe connessioni",
    "クライアント数が多すぎます",
    "残りの接続スロット",
    "接続が多すぎます",
    "მეტისმეტად ბევრი",
    "ძალიან ბევრი კავშირი",
    "최대 동시 접속",
    "남은 연결 슬롯",
    "최대 접속수",
    "уже слишком много клиентов",
    "оставшиеся слоты подключений",
    "слишком много подключений",
    "för många klienter",
    "resterande anslutningsslottar",
    "för många uppkopplingar",
    "вже забагато клієнтів",
    "слоти підключень",
    "занадто багато підключень",
    "已经有太多的客户",
    "已保留的连接位置",
    "的连接太多了",
];

/// A lock did not come, or two units of work waited for each other: this one is undone, and may be tried again.
const CONTENDED: [&str; 27] = [
    "database is locked",
    "database table is locked",
    "deadlock detected",
    "due to lock timeout",
    "could not obtain lock",
    "Zeitüberschreitung einer Sperre",
    "Verklemmung (Deadlock)",
    "tiempo de espera de candados",
    "detectado un deadlock",
    "l'obtention des verrous",
    "interblocage (deadlock)",
    "timeout di lock",
    "rilevato deadlock",
    "ロックのタイムアウト",
    "デッドロックを検出",
    "ბლოკის მოლოდინის ვადის",
    "ურთიერთბლოკირება",
    "잠금 대기 시간 초과",
    "deadlock 발생",
    "тайм-аута блокировки",
    "взаимоблокировка",
    "lås-timeout",
    "deadlock upptäckt",
    "тайм-аут блокування",
    "взаємне блокування",
    "由于锁超时",
    "检测到死锁",
];

/// A statement took longer than it may, or an operator ended it.
const SLOW: [&str; 22] = [
    "due to statement timeout",
    "due to user request",
    "Zeitüberschreitung der Anfrage",
    "wegen Benutzeraufforderung",
    "tiempo de espera de sentencias",
    "petición del usuario",
    "l'exécution de l'instruction",
    "à la demande de l'utilisateur",
    "dell'istruzione a causa di timeout",
    "dell'istruzione su richiesta",
    "ステートメントのタイムアウト",
    "ユーザーからの要求により",
    "명령실행시간 초과",
    "사용자 요청에 의해",
    "отменено из-за тайм-аута",
    "отменено по запросу",
    "sats-timeout",
    "på användares begäran",
    "скасовано через тайм-аут",
    "скасовано по запиту",
    "由于语句执行超时",
    "由于用户请求",
];

/// The disk does not do what it is told.
const FAILING: [&str; 3] = ["disk I/O error", "unable to open database file", "Input/output error"];

/// In this order, since some words are part of longer ones: a lock's time before a statement's, a full disk before a
/// failing one.
const CONDITIONS: [(ProblemCode, &[&str]); 7] = [
    (ProblemCode::DatabaseCrowded, &CROWDED),
    (ProblemCode::DatabaseFull, &FULL),
    (ProblemCode::DatabaseReadOnly, &READ_ONLY),
    (ProblemCode::DatabaseContended, &CONTENDED),
    (ProblemCode::DatabaseSlow, &SLOW),
    (ProblemCode::DatabaseFailing, &FAILING),
    (ProblemCode::DatabaseUnreachable, &LOST),
];

/// The condition that these words tell of.
pub(super) fn of_words(message: &str) -> Option<ProblemCode> {
    let told = |words: &&[&str]| words.iter().any(|sign| message.contains(sign));
    CONDITIONS.iter().find(|(_, words)| told(words)).map(|(code, _)| *code)
}

/// Seconds after which a new try makes sense: as soon as others are done, or once somebody has helped.
pub(super) const fn retry_after(code: ProblemCode) -> u32 {
    match code {
        ProblemCode::DatabaseFull | ProblemCode::DatabaseFailing => 20,
        ProblemCode::DatabaseReadOnly => 10,
        ProblemCode::DatabaseCrowded | ProblemCode::DatabaseSlow => 5,
        _ => 2,
    }
}

/// Whether the words of a server with these `lc_messages` are known here, so that it tells its conditions.
#[must_use]
pub fn speaks(lc_messages: &str) -> bool {
    let named = |language: &str| {
        let rest = lc_messages.strip_prefix(language);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['_', '.', '-', '@', ' ']))
    };
    // An empty setting leaves it to the surroundings of the server, which say nothing in a container.
    lc_messages.is_empty() || lc_messages.starts_with("English") || LANGUAGES.into_iter().any(named)
}

impl From<diesel::result::Error> for Error {
    #[track_caller]
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind, Error as Diesel};
        let condition = match &error {
            Diesel::NotFound => return Self::not_found(),
            Diesel::BrokenTransactionManager => Some(ProblemCode::DatabaseUnreachable),
            Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
                return Self::conflict(ProblemCode::AlreadyExists);
            }
            Diesel::DatabaseError(DatabaseErrorKind::ReadOnlyTransaction, _) => Some(ProblemCode::DatabaseReadOnly),
            Diesel::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => Some(ProblemCode::DatabaseContended),
            // A server that takes no more says so before it closes the connection.
            Diesel::DatabaseError(
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
                info,
            ) => {
                let said = of_words(info.message()).filter(|code| *code == ProblemCode::DatabaseCrowded);
                Some(said.unwrap_or(ProblemCode::DatabaseUnreachable))
            }
            Diesel::DatabaseError(DatabaseErrorKind::Unknown, info) => {
                of_words(info.message()).or_else(|| info.hint().and_then(of_words))
            }
            _ => None,
        };
        match condition {
            Some(code) => Self::of_database(code, error),
            None => Self::internal(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn o22_a_condition_is_told_in_whatever_language_the_server_speaks() {
        use ProblemCode::{DatabaseContended, DatabaseCrowded, DatabaseFull, DatabaseSlow, DatabaseUnreachable};
        for (message, code) in [
            ("canceling statement due to lock timeout", DatabaseContended),
            ("annulation de la requête à cause du délai écoulé pour l'obtention des verrous", DatabaseContended),
            ("storniere Anfrage wegen Zeitüberschreitung einer Sperre", DatabaseContended),
            ("annullamento dell'istruzione a causa di timeout di lock", DatabaseContended),
            ("выполнение оператора отменено из-за тайм-аута блокировки", DatabaseContended),
            ("скасовано через тайм-аут блокування", DatabaseContended),
            ("annullamento dell'istruzione a causa di timeout", DatabaseSlow),
            ("выполнение оператора отменено из-за тайм-аута", DatabaseSlow),
            ("annulation de la requête à cause du délai écoulé pour l'exécution de l'instruction", DatabaseSlow),
            ("ステートメントのタイムアウトのためステートメントをキャンセルしています", DatabaseSlow),
            ("se ha detectado un deadlock", DatabaseContended),
            ("n'a pas pu étendre le fichier « base/5/1259 » : Aucun espace disponible", DatabaseFull),
            ("konnte Datei »base/5/1259« nicht erweitern: Auf dem Gerät ist kein Speicherplatz", DatabaseFull),
            ("ファイル\"base/5\"を拡張できませんでした: デバイスに空き領域がありません", DatabaseFull),
            ("FATAL:  désolé, trop de clients sont déjà connectés", DatabaseCrowded),
            ("FATAL:  对不起, 已经有太多的客户", DatabaseCrowded),
            ("FATAL:  le système de bases de données s'arrête", DatabaseUnreachable),
            ("arrêt des connexions suite à la demande de l'administrateur", DatabaseUnreachable),
        ] {
            assert_eq!(of_words(message), Some(code), "{message}");
        }
        assert_eq!(of_words("Vérifiez l'espace disque disponible."), Some(DatabaseFull), "a hint tells it too");
        assert_eq!(of_words("column \"x\" does not exist"), None);
    }

    #[test]
    fn o22_sqlite_tells_its_conditions_in_english() {
        for (message, code) in [
            ("database or disk is full", ProblemCode::DatabaseFull),
            ("attempt to write a readonly database", ProblemCode::DatabaseReadOnly),
            ("disk I/O error", ProblemCode::DatabaseFailing),
            ("database is locked", ProblemCode::DatabaseContended),
        ] {
            assert_eq!(of_words(message), Some(code), "{message}");
        }
    }

    #[test]
    fn o22_a_language_without_a_catalogue_here_is_known_as_such() {
        for known in ["C", "C.UTF-8", "POSIX", "en_US.UTF-8", "fr_FR.UTF-8", "de", "zh_CN.utf8", ""] {
            assert!(speaks(known), "{known}");
        }
        for unknown in ["pt_BR.UTF-8", "tr_TR.UTF-8", "zh_TW.UTF-8", "Czech"] {
            assert!(!speaks(unknown), "{unknown}");
        }
    }
}
