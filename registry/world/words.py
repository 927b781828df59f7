"""The words that made names are put together from: places, trades and legal forms by language, syllables by script."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Tongue:
    """What names in one language are made of. ``towns`` and ``trades`` are pairs: as written in Latin letters, in the own script.

    ``order`` puts a name together from town, coined word, trade and form; in local names nothing stands between the parts
    where ``spaced`` is False.
    """

    towns: tuple[tuple[str, str], ...]
    trades: tuple[tuple[str, str], ...]
    forms: tuple[tuple[str, str], ...]
    script: str = "latin"
    spaced: bool = True


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    """ "Latin=own, same" as pairs; without "=" both are the same."""
    parts = (part.strip().partition("=") for part in text.split(","))
    return tuple((latin, own or latin) for latin, _sign, own in parts)


ENGLISH = Tongue(
    _pairs(
        "Aberford, Boston, Calgary, Cardiff, Denver, Hamilton, Halifax, Leeds, Melbourne, Ottawa, Perth, Reading, San Diego,"
        " Sheffield, Toronto, Wellington, Austin, Dunedin, Cork, Geelong"
    ),
    _pairs(
        "Testing Laboratories, Certification Services, Compliance Engineering, EMC Laboratory, Radio Approvals,"
        " Product Assurance, Inspection Services, Electrical Safety Testing, Wireless Test Centre, Standards Institute,"
        " Calibration and Testing, Conformity Assessment"
    ),
    _pairs("Ltd, Inc., LLC, Group, Limited, PLC"),
)
FRENCH = Tongue(
    _pairs(
        "Grenoble, Lyon, Nîmes, Liège, Québec, Orléans, Besançon, Genève, Montréal, Saint-Étienne, Angoulême, Évry"
    ),
    _pairs(
        "Laboratoire d'essais, Bureau de contrôle, Essais électromagnétiques, Organisme de certification,"
        " Laboratoire de sécurité électrique, Évaluation de la conformité, Mesures et étalonnage"
    ),
    _pairs("SA, SAS, SARL, ASBL"),
)
GERMAN = Tongue(
    _pairs(
        "München, Köln, Düsseldorf, Zürich, Wien, Graz, Nürnberg, Würzburg, Göttingen, Lübeck, Vaduz, Görlitz"
    ),
    _pairs(
        "Prüflabor, Zertifizierungsstelle, Prüfinstitut für Funkgeräte, EMV-Labor, Geräteprüfung, Maschinensicherheit,"
        " Überwachungsverein, Messtechnik und Prüfung"
    ),
    _pairs("GmbH, AG, e.V., KG"),
)
SPANISH = Tongue(
    _pairs(
        "León, Málaga, Querétaro, Cádiz, Valparaíso, Mérida, San Sebastián, Córdoba, Concepción, Logroño, Mazatlán"
    ),
    _pairs(
        "Laboratorio de ensayos, Certificación técnica, Ensayos eléctricos, Compatibilidad electromagnética,"
        " Laboratorio de telecomunicaciones, Inspección industrial, Evaluación de la conformidad"
    ),
    _pairs("S.A., S.A. de C.V., S.L., SpA"),
)
ROMANCE = Tongue(
    _pairs(
        "Torino, Forlì, Lisboa, São João, Évora, Cluj-Napoca, Iași, Timișoara, Valletta, Pordenone, Braga, Mantova"
    ),
    _pairs(
        "Laboratorio prove, Istituto di certificazione, Laboratório de ensaios, Certificação técnica,"
        " Laborator de încercări, Organism de certificare, Prove elettriche, Sicurezza macchine"
    ),
    _pairs("S.p.A., S.r.l., Lda., S.A."),
)
NORTHERN = Tongue(
    _pairs(
        "Malmö, Århus, Ålesund, Tromsø, Jyväskylä, Reykjavík, Gävle, Östersund, Odense, Þorlákshöfn, Delft, 's-Hertogenbosch"
    ),
    _pairs(
        "Provningslaboratorium, Certifieringsorgan, Prøvningslaboratorium, Testauslaboratorio, Keuringsinstituut,"
        " Meetlaboratorium, Elsäkerhet, Rannsóknastofa"
    ),
    _pairs("AB, A/S, AS, Oy, B.V., ehf."),
)
CENTRAL = Tongue(
    _pairs(
        "Łódź, Kraków, Plzeň, Žilina, Győr, Pécs, Ljubljana, Rijeka, Tallinn, Liepāja, Šiauliai, Gdańsk, České Budějovice"
    ),
    _pairs(
        "Laboratorium badawcze, Jednostka certyfikująca, Zkušební laboratoř, Skúšobný ústav, Vizsgálólaboratórium,"
        " Ispitni laboratorij, Katselabor, Testēšanas laboratorija, Bandymų laboratorija"
    ),
    _pairs("Sp. z o.o., s.r.o., Kft., d.o.o., OÜ, SIA, UAB"),
)
BULGARIAN = Tongue(
    _pairs("Sofia=София, Plovdiv=Пловдив, Varna=Варна, Burgas=Бургас, Ruse=Русе, Stara Zagora=Стара Загора"),
    _pairs(
        "Testing Laboratory=Изпитвателна лаборатория, Certification Body=Орган за сертификация,"
        " Electrical Safety=Електрическа безопасност, Radio Equipment Testing=Изпитване на радиосъоръжения"
    ),
    _pairs("EOOD=ЕООД, AD=АД"),
    "cyrillic",
)
GREEK = Tongue(
    _pairs(
        "Athens=Αθήνα, Thessaloniki=Θεσσαλονίκη, Patras=Πάτρα, Nicosia=Λευκωσία, Limassol=Λεμεσός, Volos=Βόλος"
    ),
    _pairs(
        "Testing Laboratory=Εργαστήριο δοκιμών, Certification Body=Φορέας πιστοποίησης,"
        " Electromagnetic Compatibility=Ηλεκτρομαγνητική συμβατότητα, Inspection Body=Φορέας ελέγχου"
    ),
    _pairs("S.A.=Α.Ε., Ltd=Ε.Π.Ε."),
    "greek",
)
TURKISH = Tongue(
    _pairs("Ankara, İzmir, Eskişehir, Kocaeli, Gaziantep, Muğla, Çorlu, Diyarbakır"),
    _pairs(
        "Deney Laboratuvarı, Belgelendirme Kuruluşu, Elektrik Güvenliği, Muayene Hizmetleri, Ürün Uygunluğu"
    ),
    _pairs("A.Ş., Ltd. Şti."),
)
JAPANESE = Tongue(
    _pairs(
        "Osaka=大阪, Tokyo=東京, Yokohama=横浜, Nagoya=名古屋, Sendai=仙台, Sapporo=札幌, Hiroshima=広島, Kanazawa=金沢,"
        " Kawasaki=川崎, Tsukuba=つくば, Fukuoka=福岡, Kyoto=京都"
    ),
    _pairs(
        "Electromagnetic Testing Laboratory=電磁環境試験所, Quality Assurance Organization=品質保証機構,"
        " Radio Equipment Certification=無線機器認証センター, Electrical Safety Laboratory=電気安全研究所,"
        " Product Inspection Association=製品検査協会, Telecommunications Testing=通信試験センター, Measurement Institute=計測研究所"
    ),
    _pairs("Co. Ltd.=株式会社, Foundation=一般財団法人, Association=一般社団法人"),
    "kana",
    spaced=False,
)
KOREAN = Tongue(
    _pairs(
        "Seoul=서울, Busan=부산, Incheon=인천, Daejeon=대전, Suwon=수원, Gumi=구미, Changwon=창원, Ansan=안산, Gwangju=광주"
    ),
    _pairs(
        "Testing Laboratory=시험연구원, Electromagnetic Wave Technology=전자파기술원, Certification Institute=인증원,"
        " Radio Testing=무선시험소, Product Safety=제품안전센터, Conformity Assessment=적합성평가원"
    ),
    _pairs("Co. Ltd.=주식회사, Foundation=재단법인"),
    "hangul",
    spaced=False,
)
SIMPLIFIED = Tongue(
    _pairs(
        "Shenzhen=深圳, Shanghai=上海, Guangzhou=广州, Beijing=北京, Suzhou=苏州, Hangzhou=杭州, Chengdu=成都, Wuhan=武汉,"
        " Qingdao=青岛, Dongguan=东莞"
    ),
    _pairs(
        "Testing Technology=检测技术, Certification Centre=认证中心, Electromagnetic Compatibility Laboratory=电磁兼容实验室,"
        " Quality Inspection Institute=质量检验研究院, Radio Testing Service=无线电检测服务, Product Safety=产品安全检验"
    ),
    _pairs("Co. Ltd.=有限公司, Group=集团"),
    "hanzi",
    spaced=False,
)
TRADITIONAL = Tongue(
    _pairs(
        "Taipei=臺北, Hsinchu=新竹, Taichung=臺中, Kaohsiung=高雄, Tainan=臺南, Kowloon=九龍, Hong Kong=香港, Taoyuan=桃園"
    ),
    _pairs(
        "Testing Technology=檢測科技, Electronics Testing Centre=電子檢驗中心, EMC Laboratory=電磁相容實驗室,"
        " Certification Service=驗證服務, Telecommunications Testing=電信檢測"
    ),
    _pairs("Co. Ltd.=有限公司, Corp.=股份有限公司"),
    "hanzi",
    spaced=False,
)
SOUTH_EAST = Tongue(
    _pairs(
        "Jakarta, Bandung, Kuala Lumpur, Johor Bahru, Cebu, Quezon City, Bandar Seri Begawan, Yangon, Phnom Penh, Vientiane"
    ),
    _pairs(
        "Balai Pengujian, Lembaga Sertifikasi, Makmal Ujian, Electrical Testing Services, Product Standards Testing,"
        " Balai Sertifikasi Industri, Pensijilan Produk"
    ),
    _pairs("PT, Sdn. Bhd., Inc., Co."),
)
VIETNAMESE = Tongue(
    _pairs("Hà Nội, Đà Nẵng, Cần Thơ, Hải Phòng, Huế, Biên Hòa, Thủ Đức"),
    _pairs(
        "Trung tâm Kiểm định, Viện Đo lường, Phòng thử nghiệm Điện, Chứng nhận Sản phẩm, Thử nghiệm Viễn thông"
    ),
    _pairs("JSC, Co. Ltd., TNHH"),
)
THAI = Tongue(
    _pairs("Bangkok=กรุงเทพ, Chiang Mai=เชียงใหม่, Rayong=ระยอง, Khon Kaen=ขอนแก่น, Chonburi=ชลบุรี"),
    _pairs(
        "Testing Laboratory=ห้องปฏิบัติการทดสอบ, Electrical Institute=สถาบันไฟฟ้า, Product Certification=รับรองผลิตภัณฑ์"
    ),
    _pairs("Co. Ltd.=จำกัด, Public Co.=มหาชน"),
    "thai",
    spaced=False,
)
ARABIC = Tongue(
    _pairs("Haifa=حيفا, Nazareth=الناصرة, Jaffa=يافا, Jerusalem=القدس, Acre=عكا"),
    _pairs(
        "Testing Laboratory=مختبر الفحوصات, Certification Body=هيئة إصدار الشهادات, Radio Testing=فحص أجهزة الراديو"
    ),
    _pairs("Ltd=م.ض, Institute=معهد"),
    "arabic",
)

# How many of a hundred thousand bodies are established there, roughly in the proportions of real registers.
WEIGHTS = {
    "US": 110, "DE": 90, "GB": 75, "JP": 70, "CA": 55, "CN": 20, "KR": 40, "TW": 45, "FR": 50, "IT": 50, "ES": 35, "NL": 25,
    "CH": 50, "AU": 45, "SG": 35, "PL": 25, "SE": 18, "MY": 24, "TH": 20, "ID": 18, "VN": 18, "PH": 20, "NZ": 16, "IL": 16,
    "HK": 12, "MX": 14, "NO": 14, "TR": 6, "BE": 14, "AT": 14, "DK": 12, "FI": 12, "CZ": 14, "IE": 10, "PT": 10, "GR": 12,
    "RO": 9, "HU": 9, "BG": 20, "SK": 6, "HR": 5, "SI": 6, "LT": 4, "LV": 4, "EE": 4, "LU": 4, "CY": 3, "MT": 2, "IS": 4,
    "LI": 3, "CL": 4, "PE": 1, "BN": 3, "KH": 4, "LA": 3, "MM": 4, "PG": 1,
}  # fmt: skip
_SPOKEN = {
    **dict.fromkeys(("FR", "LU"), (FRENCH,)), **dict.fromkeys(("DE", "AT", "LI"), (GERMAN,)), "CH": (GERMAN, FRENCH),
    "BE": (FRENCH, NORTHERN), "CA": (ENGLISH, ENGLISH, FRENCH), **dict.fromkeys(("ES", "MX", "CL", "PE"), (SPANISH,)),
    **dict.fromkeys(("IT", "PT", "RO", "MT"), (ROMANCE,)), **dict.fromkeys(("SE", "DK", "NO", "FI", "IS", "NL"), (NORTHERN,)),
    **dict.fromkeys(("PL", "CZ", "SK", "HU", "HR", "SI", "LT", "LV", "EE"), (CENTRAL,)), "BG": (BULGARIAN,),
    "GR": (GREEK,), "CY": (GREEK,), "TR": (TURKISH,), "JP": (JAPANESE,), "KR": (KOREAN,), "CN": (SIMPLIFIED,),
    "TW": (TRADITIONAL,), "HK": (TRADITIONAL, ENGLISH), "SG": (ENGLISH, SIMPLIFIED), "VN": (VIETNAMESE,), "TH": (THAI,),
    "IL": (ARABIC,), **dict.fromkeys(("ID", "MY", "PH", "BN", "MM", "KH", "LA"), (SOUTH_EAST,)),
}  # fmt: skip
_TOWNS = {
    "US": "Boston, Denver, San Diego, Austin, Columbus, Portland, Baltimore, Fremont, Plano, Raleigh, Boulder, Detroit",
    "GB": "Leeds, Cardiff, Sheffield, Reading, Bristol, Glasgow, Malvern, Skelmersdale, Farnborough, Belfast",
    "AU": "Melbourne, Perth, Geelong, Brisbane, Wollongong, Adelaide, Hobart", "NZ": "Wellington, Dunedin, Hamilton, Nelson",
    "IE": "Cork, Galway, Limerick, Dublin", "CA": "Ottawa, Calgary, Toronto, Québec, Montréal, Halifax, Trois-Rivières, Burnaby",
    "SG": "Singapore=新加坡, Jurong=裕廊, Tampines=淡滨尼", "FR": "Grenoble, Lyon, Nîmes, Orléans, Besançon, Saint-Étienne, Évry, Angoulême",
    "LU": "Luxembourg, Esch-sur-Alzette", "BE": "Liège, Gent, Leuven, Namur, Mechelen", "DE": "München, Köln, Düsseldorf, Nürnberg, "
    "Würzburg, Göttingen, Lübeck, Görlitz, Dresden, Essen", "AT": "Wien, Graz, Linz, Sankt Pölten", "LI": "Vaduz, Schaan",
    "CH": "Zürich, Genève, Winterthur, Neuchâtel, Fehraltorf", "ES": "Málaga, Cádiz, San Sebastián, Córdoba, Logroño, Getafe",
    "MX": "León, Querétaro, Mérida, Mazatlán, Monterrey", "CL": "Valparaíso, Concepción, Santiago", "PE": "Lima, Arequipa",
    "IT": "Torino, Forlì, Pordenone, Mantova, Genova, Bari", "PT": "Lisboa, Évora, Braga, Aveiro, São João da Madeira",
    "RO": "Cluj-Napoca, Iași, Timișoara, Brașov", "MT": "Valletta, Birkirkara", "SE": "Malmö, Gävle, Östersund, Borås, Umeå",
    "DK": "Århus, Odense, Hørsholm, Nærum", "NO": "Tromsø, Ålesund, Kjeller, Trondheim", "FI": "Jyväskylä, Espoo, Oulu, Hämeenlinna",
    "IS": "Reykjavík, Akureyri", "NL": "Delft, Arnhem, 's-Hertogenbosch, Eindhoven", "PL": "Łódź, Kraków, Gdańsk, Wrocław, Poznań",
    "CZ": "Plzeň, České Budějovice, Brno, Ostrava", "SK": "Žilina, Košice, Piešťany", "HU": "Győr, Pécs, Székesfehérvár",
    "HR": "Rijeka, Šibenik, Zagreb", "SI": "Ljubljana, Šempeter, Kranj", "LT": "Šiauliai, Kaunas", "LV": "Liepāja, Rīga",
    "EE": "Tallinn, Tartu, Pärnu", "CY": "Nicosia=Λευκωσία, Limassol=Λεμεσός", "GR": "Athens=Αθήνα, Thessaloniki=Θεσσαλονίκη, "
    "Patras=Πάτρα, Volos=Βόλος", "HK": "Hong Kong=香港, Kowloon=九龍, Sha Tin=沙田", "ID": "Jakarta, Bandung, Surabaya",
    "MY": "Kuala Lumpur, Johor Bahru, Shah Alam", "PH": "Cebu, Quezon City, Taguig, Parañaque", "BN": "Bandar Seri Begawan, Kuala Belait",
    "MM": "Yangon, Mandalay", "KH": "Phnom Penh, Battambang", "LA": "Vientiane, Savannakhet", "PG": "Port Moresby, Lae",
}  # fmt: skip


def _tongues() -> dict[str, tuple[Tongue, ...]]:
    """By economy, the languages that bodies are named in, with the towns of that economy."""
    found = {}
    for code in WEIGHTS:
        spoken = _SPOKEN.get(code, (ENGLISH,))
        towns = _pairs(_TOWNS[code]) if code in _TOWNS else None
        found[code] = tuple(replace(each, towns=towns) for each in spoken) if towns else spoken
    return found


TONGUES = _tongues()

# Coined words are made of these: one syllable in every script.
_SYLLABLES = {
    "latin": "ka ri mo te no sa lu vi da pe zo ne ta mi ro go ba fu ho ju",
    "kana": "カ リ モ テ ノ サ ル ヴィ ダ ペ ゾ ネ タ ミ ロ ゴ バ フ ホ ジュ",
    "hangul": "카 리 모 테 노 사 루 비 다 페 조 네 타 미 로 고 바 푸 호 주",
    "hanzi": "卡 里 莫 特 诺 萨 鲁 维 达 佩 佐 内 塔 米 罗 戈 巴 富 霍 朱",
    "greek": "κα ρι μο τε νο σα λου βι ντα πε ζο νε τα μι ρο γκο μπα φου χο τζου",
    "cyrillic": "ка ри мо те но са лу ви да пе зо не та ми ро го ба фу хо джу",
    "arabic": "كا ري مو تي نو سا لو في دا بي زو ني تا مي رو غو با فو هو جو",
    "thai": "กา รี โม เต โน ซา ลู วี ดา เป โซ เน ตา มี โร โก บา ฟู โฮ จู",
}
SYLLABLES = {script: tuple(text.split()) for script, text in _SYLLABLES.items()}
ENDINGS = ("tec", "lab", "cert", "test", "met", "qual", "norm", "")

PRODUCTS = {
    "emc": "household appliances, lighting equipment, power supplies, industrial drives, audio equipment, battery chargers",
    "radio": "Wi-Fi routers, Bluetooth headsets, base stations, maritime transmitters, RFID readers, satellite terminals, drones",
    "telecommunications": "VoIP telephones, modems, PBX systems, fax machines, fibre terminals, xDSL equipment",
    "medical_devices": "infusion pumps, X-ray tubes, patient monitors, surgical lasers, hearing aids, ventilators",
    "machinery": "circular saws, hydraulic presses, lifting platforms, packaging machines, chain saws, vehicle lifts",
    "pressure_equipment": "gas cylinders, steam boilers, safety valves, heat exchangers, storage tanks",
    "marine_equipment": "life jackets, liferafts, navigation lights, radar reflectors, fire extinguishers",
    "toys": "building blocks, electric trains, plush animals, finger paints, ride-on toys",
    "ppe": "safety helmets, protective gloves, respirators, climbing harnesses, safety footwear",
    "": "switchgear, cables, refrigerators, washing machines, luminaires, electric motors, vehicle parts, gas burners",
}
PROCEDURES = (
    "", "", "", "radiated emission", "conducted emission", "immunity", "type examination", "safety test", "module B",
    "module D", "spectrum measurement", "production surveillance",
)  # fmt: skip
TITLES = (
    "Limits for {0} of {1}", "Safety of {1}: {0}", "Methods of measurement of {0} for {1}", "Placing on the market of {1}",
    "Essential requirements for {1}", "{1}: marking, instructions and {0}",
)  # fmt: skip
TOPICS = (
    "conducted emission", "radiated disturbance", "electrical safety", "mechanical strength", "spectrum use", "immunity",
    "energy efficiency", "leakage current", "noise", "protection against fire",
)  # fmt: skip
REASONS = {
    "refuse": (
        "The assessment report does not show the method.",
        "The accreditation does not name this method.",
    ),
    "contest": ("Two comparison measurements disagree.", "The impartiality of the laboratory is in doubt."),
    "suspend": (
        "Pending corrective action after a surveillance visit.",
        "The measuring site is being moved.",
    ),
    "withdraw": (
        "At the request of the body.",
        "Corrective action was not taken in time.",
        "The laboratory has closed.",
    ),
    "restrict": ("The chamber is no longer in use.", "The method was given up."),
    "correct": ("The date was read wrongly from the notice.", "The term was entered wrongly."),
    "annul": ("Entered for the wrong body.",),
}
