"""The state codes of the names that SIPRI and the Correlates of War project use."""

from __future__ import annotations

_SIPRI = """
Afghanistan AFG|Albania ALB|Algeria DZA|Angola AGO|Antigua and Barbuda ATG|Argentina ARG|Armenia ARM|Australia AUS
Austria AUT|Azerbaijan AZE|Bahamas BHS|Bahrain BHR|Bangladesh BGD|Barbados BRB|Belarus BLR|Belgium BEL|Belize BLZ
Benin BEN|Bhutan BTN|Bolivia BOL|Bosnia-Herzegovina BIH|Bosnia and Herzegovina BIH|Botswana BWA|Brazil BRA|Brunei BRN
Bulgaria BGR|Burkina Faso BFA|Burundi BDI|Cabo Verde CPV|Cape Verde CPV|Cambodia KHM|Cameroon CMR|Canada CAN
Central African Republic CAF|Chad TCD|Chile CHL|China CHN|Colombia COL|Comoros COM|Congo COG|Congo, Republic COG
Costa Rica CRI|Cote d'Ivoire CIV|Croatia HRV|Cuba CUB|Cyprus CYP|Czechia CZE|DR Congo COD|Congo, DR COD|Denmark DNK
Djibouti DJI|Dominican Republic DOM|Ecuador ECU|Egypt EGY|El Salvador SLV|Equatorial Guinea GNQ|Eritrea ERI|Estonia EST
Eswatini SWZ|eSwatini SWZ|Ethiopia ETH|Fiji FJI|Finland FIN|France FRA|Gabon GAB|Gambia GMB|Gambia, The GMB|Georgia GEO
Germany DEU|Ghana GHA|Greece GRC|Guatemala GTM|Guinea GIN|Guinea-Bissau GNB|Guyana GUY|Haiti HTI|Honduras HND|Hungary HUN
Iceland ISL|India IND|Indonesia IDN|Iran IRN|Iraq IRQ|Ireland IRL|Israel ISR|Italy ITA|Jamaica JAM|Japan JPN|Jordan JOR
Kazakhstan KAZ|Kenya KEN|Kosovo XKX|Kuwait KWT|Kyrgyzstan KGZ|Kyrgyz Republic KGZ|Laos LAO|Latvia LVA|Lebanon LBN
Lesotho LSO|Liberia LBR|Libya LBY|Lithuania LTU|Luxembourg LUX|Madagascar MDG|Malawi MWI|Malaysia MYS|Maldives MDV
Mali MLI|Malta MLT|Mauritania MRT|Mauritius MUS|Mexico MEX|Moldova MDA|Mongolia MNG|Montenegro MNE|Morocco MAR
Mozambique MOZ|Myanmar MMR|Namibia NAM|Nepal NPL|Netherlands NLD|New Zealand NZL|Nicaragua NIC|Niger NER|Nigeria NGA
North Korea PRK|Korea, North PRK|North Macedonia MKD|Norway NOR|Oman OMN|Pakistan PAK|Panama PAN|Papua New Guinea PNG
Paraguay PRY|Peru PER|Philippines PHL|Poland POL|Portugal PRT|Qatar QAT|Romania ROU|Russia RUS|Rwanda RWA
Saudi Arabia SAU|Senegal SEN|Serbia SRB|Seychelles SYC|Sierra Leone SLE|Singapore SGP|Slovakia SVK|Slovenia SVN
Solomon Islands SLB|Somalia SOM|South Africa ZAF|South Korea KOR|Korea, South KOR|South Sudan SSD|Spain ESP|Sri Lanka LKA
Sudan SDN|Suriname SUR|Sweden SWE|Switzerland CHE|Syria SYR|Taiwan TWN|Tajikistan TJK|Tanzania TZA|Thailand THA
Timor-Leste TLS|Timor Leste TLS|Togo TGO|Tonga TON|Trinidad and Tobago TTO|Tunisia TUN|Turkiye TUR|Türkiye TUR
Turkmenistan TKM|UAE ARE|United Arab Emirates ARE|Uganda UGA|Ukraine UKR|United Kingdom GBR|United States USA
United States of America USA|Uruguay URY|Uzbekistan UZB|Vanuatu VUT|Venezuela VEN|Viet Nam VNM|Yemen YEM|Zambia ZMB
Zimbabwe ZWE
"""

# Armed groups, organisations and territories of the register, and regions of the workbook, have no code on purpose.
SIPRI_CODES = dict(entry.rsplit(" ", 1) for line in _SIPRI.strip().splitlines() for entry in line.split("|"))

_COW = """
2 USA|20 CAN|31 BHS|40 CUB|41 HTI|42 DOM|51 JAM|52 TTO|53 BRB|54 DMA|55 GRD|56 LCA|57 VCT|58 ATG|60 KNA|70 MEX|80 BLZ
90 GTM|91 HND|92 SLV|93 NIC|94 CRI|95 PAN|100 COL|101 VEN|110 GUY|115 SUR|130 ECU|135 PER|140 BRA|145 BOL|150 PRY
155 CHL|160 ARG|165 URY|200 GBR|205 IRL|210 NLD|211 BEL|212 LUX|220 FRA|221 MCO|223 LIE|225 CHE|230 ESP|232 AND|235 PRT
255 DEU|260 DEU|265 DDR|290 POL|305 AUT|310 HUN|315 CSK|316 CZE|317 SVK|325 ITA|331 SMR|338 MLT|339 ALB|341 MNE|343 MKD
344 HRV|345 YUG|346 BIH|347 XKX|349 SVN|350 GRC|352 CYP|355 BGR|359 MDA|360 ROU|365 RUS|366 EST|367 LVA|368 LTU|369 UKR
370 BLR|371 ARM|372 GEO|373 AZE|375 FIN|380 SWE|385 NOR|390 DNK|395 ISL|402 CPV|403 STP|404 GNB|411 GNQ|420 GMB|432 MLI
433 SEN|434 BEN|435 MRT|436 NER|437 CIV|438 GIN|439 BFA|450 LBR|451 SLE|452 GHA|461 TGO|471 CMR|475 NGA|481 GAB|482 CAF
483 TCD|484 COG|490 COD|500 UGA|501 KEN|510 TZA|516 BDI|517 RWA|520 SOM|522 DJI|530 ETH|531 ERI|540 AGO|541 MOZ|551 ZMB
552 ZWE|553 MWI|560 ZAF|565 NAM|570 LSO|571 BWA|572 SWZ|580 MDG|581 COM|590 MUS|591 SYC|600 MAR|615 DZA|616 TUN|620 LBY
625 SDN|626 SSD|630 IRN|640 TUR|645 IRQ|651 EGY|652 SYR|660 LBN|663 JOR|666 ISR|670 SAU|678 YAR|679 YEM|680 YMD|690 KWT
692 BHR|694 QAT|696 ARE|698 OMN|700 AFG|701 TKM|702 TJK|703 KGZ|704 UZB|705 KAZ|710 CHN|712 MNG|713 TWN|731 PRK|732 KOR
740 JPN|750 IND|760 BTN|770 PAK|771 BGD|775 MMR|780 LKA|781 MDV|790 NPL|800 THA|811 KHM|812 LAO|816 VNM|820 MYS|830 SGP
835 BRN|840 PHL|850 IDN|860 TLS|900 AUS|910 PNG|920 NZL|935 VUT|940 SLB|946 KIR|947 TUV|950 FJI|955 TON|970 NRU|983 MHL
986 PLW|987 FSM|990 WSM
"""

_COW_CODES = {int(n): code for line in _COW.strip().splitlines() for n, code in (e.split(" ") for e in line.split("|"))}


def cow_state(number: int, year: int) -> str:
    """Return our code of a Correlates of War number in a year.

    The project counts the Soviet Union and Russia as one state, and Yugoslavia, Serbia and Montenegro and Serbia as one:
    a year goes to the state that lasted for the larger part of it.

    Raises
    ------
    KeyError
        If the number is unknown.
    """
    if number == 365 and year < 1992:
        return "SUN"
    if number == 345:
        return "YUG" if year < 2003 else "SCG" if year < 2006 else "SRB"
    return _COW_CODES[number]


# Today's states of the world by our codes, Yugoslavia and its like left out: the World Bank also lists territories.
ENDED = frozenset({"DDR", "CSK", "YUG", "YAR", "YMD"})
STATES = frozenset(_COW_CODES.values()) - ENDED | {"SRB"}

# First year with figures of states that began after 1990, where the World Bank also prints years before.
BEGAN = {
    code: int(year)
    for entry in """
ARM 1992|AZE 1992|BLR 1992|EST 1992|GEO 1992|KAZ 1992|KGZ 1992|LVA 1992|LTU 1992|MDA 1992|RUS 1992|TJK 1992|TKM 1992
UKR 1992|UZB 1992|HRV 1992|SVN 1992|BIH 1992|MKD 1992|CZE 1993|SVK 1993|ERI 1994|PLW 1995|TLS 2003|MNE 2007|SRB 2007
XKX 2009|SSD 2012|NAM 1991|DEU 1991|YEM 1991|MHL 1991|FSM 1991
""".strip().splitlines()
    for code, year in (e.split(" ") for e in entry.split("|"))
}
