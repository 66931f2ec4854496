//! Words that no name of a person may contain: the Secretariat, support staff, operators of a portal, in the languages
//! of the members.
//!
//! Latin words are listed without marks, words of all scripts without spaces.

/// Words for offices that no person's name contains at any position, in languages with Latin letters. A long one is
/// also recognised with one wrong letter.
pub(super) const OFFICES: &str = "\
administracao administracion administrador administrateur administratrice administrator amministratore \
amministrazione asistenciatecnica assistancetechnique assistenciatecnica assistenzatecnica atencionalcliente \
atencionalusuario atendimentoaocliente atendimentoaousuario beheerder centraldeajuda centredaide \
centredassistance centrodeajuda centrodeatendimento centrodeayuda customerservice customersupport donotreply \
equipesecurite geschaftsstelle helpcenter helpcentre helpdesk hostmaster idazkaritza kalihiman klantenservice \
korisnickapodrska kundendienst mailerdaemon mesadeayuda nepasrepondre noreply organisationmondialedesdouanes \
pentadbir pomoctechniczna postmaster quantrivien rendszergazda runaiocht secretariado secretariageneral \
secretariat securityteam segretariato segretarjat sekretariaat sekretariat sekretariet sekretarijat sekretaryat \
sekreterlik sekretoriat serviceclient servicedassistance servicedesk serviciodeasistencia serviciotecnico \
servicetechnique sihteeristo superuser supporttechnique suporttehnic sysadmin tajnistvo technicalsupport \
technickapodpora teknikdestek titkarsag ugyfelszolgalat urussetia verwaltung webmaster worldcustomsorganisation \
worldcustomsorganization yardimmasasi yllapitaja yonetici";
/// Such words that are surnames with one letter changed (Secretario, Segretario): these are recognised exactly only.
pub(super) const OFFICE_STEMS: &str = "\
secretaria segreteria segretaria sekretarya";
/// Words that are no part of any name, however they are separated.
pub(super) const OFFICE_WORDS: &str = "\
admin helpline hotline moderateur moderator podrska soporte suporte support";
/// Words that make no name if the name has only these, those of the community and [`SMALL_WORDS`]. Some are surnames:
/// Portal, Root.
pub(super) const PORTAL_WORDS: &str = "\
account aide alert alerte administration assistance automatic bot centre community communaute compte contact \
coordination coordinator customs department desk douane douanes equipe help info information management manager \
message moderation notice notification office official officiel omd operator password portail portal recovery \
reset robot root secretaire secretaries secretary securite security service services staff system team \
verification wco";
/// Words between those.
pub(super) const SMALL_WORDS: &str = "\
a and d de des du et for general generale it l la le les not of the und your";
/// The same as [`OFFICES`] in other letters: Chinese, Japanese, Korean; languages written in Cyrillic; Greek, Armenian,
/// Georgian; Hebrew, Persian, Arabic, Urdu, Pashto; languages of India, Sri Lanka and South-East Asia; Amharic.
pub(super) const OFFICES_ELSEWHERE: &str = "\
秘书处 秘書處 秘書処 管理员 管理員 管理者 技术支持 技術支持 技術支援 客服中心 客户服务 客戶服務 服务中心 服務中心 服务台 服務台 帮助中心 幫助中心 帮助台 事務局 サポート ヘルプデスク 사무국 사무처 \
관리자 고객지원 고객센터 헬프데스크 секретариат администратор администрация службаподдержки службапомощи справочнаяслужба \
техническаяподдержка техподдержка секретаріат адміністратор адміністрація техпідтримка сакратарыят секретаријат \
хатшылық катчылык котибот γραμματεία διαχειριστη τεχνικήυποστήριξη քարտուղարություն ադմինիստրատոր სამდივნო \
ადმინისტრატორი מזכירות מנהלהמערכת תמיכהטכנית دبیرخانه پشتیبانی مدیرسیستم سكرتارية الدعمالفني مكتبالمساعدة \
مركزالمساعدة خدمةالعملاء سیکرٹریٹ سکرتریت دارالانشا सचिवालय व्यवस्थापक সচিবালয় ਸਕੱਤਰੇਤ સચિવાલય செயலகம் సచివాలయం \
ಸಚಿವಾಲಯ സെക്രട്ടേറിയറ്റ് ලේකම්කාර්යාලය สำนักเลขาธิการ ผู้ดูแลระบบ ฝ่ายสนับสนุน ກອງເລຂາ ຜູ້ດູແລລະບົບ \
លេខាធិការដ្ឋាន အတွင်းရေးမှူးရုံး ሴክሬታሪያት አስተዳዳሪ";
/// The same as [`OFFICE_WORDS`] in Arabic, Hebrew, Hindi and Bengali, where a part of a word says little.
pub(super) const OFFICE_WORDS_ELSEWHERE: &str = "\
الأمانة الإدارة الدعم תמיכה מוקד प्रशासक सहायता প্রশাসক";
/// The Secretariat in Vietnamese, of which the letters without their marks are a name.
pub(super) const OFFICES_WITH_MARKS: &str = "ban thư ký";
