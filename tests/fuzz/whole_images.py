# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures whose pixels are packed by formats that this folder has no writer for."""
import base64

# Whole files of 8 x 8 pixels, as Pillow writes them, in base 85.
WHOLE = {
    "grey.jpg": ('|JeWF01!$>Nk#wx0RR9200961|JwjV02>k%7Zed27Zw*D92+1gLMtdGB`8rkJupIGRb^yfRb5+Zc$tA}agcLcU4^xVke;Kft*d8%yve$z$C;?B'
             'r2oJG3kU!R00;pA5di<h03QGV0R;g80RaI400000000000RjUA1qKHQ2?`7U!~nGr00IF60|EpC1qB2I0004f0RjU61Q7)iAu&M)6H#FYB5@Ql'
             'fsvsIBSNvk6;jdgBr{@if(Z&17Z@2DB_<~*DJnEIHa9pqIzvQ7Mn_0VN>fx-R##YAT4Q8oW@l(=YIAgTc6WGrdV_?8hKGoWijtF*m6n&7nVO=b'
             'q@|{(sHv*5v$VCgx45~w!o$SH#>dFX%F@%+)z;V8+1laa<K*S$=jiF`@$&QZ_4fDp`TGCb00;pA002J#g4a#y^4I^_'),
    "progressive.jpg": ('|JeWF01!$>Nk#wx0RR9200961|JwjV04N+DBOVzjBOxO#D=08LWI;SPH#~b-T}fn-fSHz$fQ*WuwC2O0s@koJjL84X+V1uL|Noo8|NsB`|K|Pw'
             '`2X7gLjfx-Ej%?mc0oaQ_@#`c`1ttv`1ttv`1ttv`1ttv`1ttv`1ttv`1ttv`1ttv`1ttv`1ttv`1ttv`1ttv`1t?A01*fP2mlBJ0U`hb5di}c'
             '0sq7R6#xMN00000000000000000002|HJ?k0RaF200000000000000000IBn01N{G00IyL5C8xHfWQC502L4c0RR91000000000000000693u&'
             '2mt{A0R;kw|HJ?l5di@J00000000000000000061+5iXv0|5a)0gwO002L7d0RR910000000000000000sq<n2mt~C0Y3qc|HJ?k5CH%H00000'
             '00000000000095m00;pA00ut-fB(b)6c7Ob00000000000000000030+5iXv0RRC%AwU1x01N{G00IC50000G_y5EI6%hde000000000000000'
             '0000n|Jncu0RsU6KM<Gy!~hi$0RaF200000000000000005SjC00;pB0RcY{hyTO?77zdf00000000000000000001VgK3y2mt{A0Y4CMfB)G'),
    "cmyk.jpg": ('|JeWT01iQ9Z(?NtWB>pF0095n07C#M93CSc87LzmBP}Z^Fg#>IJU2HydstmbWRZZGmXCmpilDUS!=S3#t%{7u|I6C$_5c6>o5BD8|N8&t{r~v?'
             'zyK5o00;mG1Va%3O%VWD5dcdO0RO}Q9{>OW1pxs80RaI300000000010s{mE1_uZU3Jd?l0JRVR0s#X90t5pE1q1{D00Dgg0s{a95d{(<F+m0s'
             'QDFxnaTGFvk)a49Lb1UWQqk}vGh%Xr2?`b$7#SKRCMPH<Dl|1VH#j*uLqtVJM@UIZQ&d$}S6EqEV`OD!XJ~0^b98lfcX)YvgM@{Khlq)al9QB`'
             'mY0~BnxdnmrKYE-sj9NGw6(UkxVgH*!^FkL$H>Xb($mz{*4NnC+Tr5k<mKk)=;`Y5^7Hid_V@Vt`v2Mh4g^C0O#oQ{O8@{r0FrypdXjt3dXjt3'
             'dXjt3djHt'),
    "lzw.tif": ('Nl7XIo&W#<fB*=<08sE06d45r!iZch5;B7iAY@>nY7|g~k%bWm<Va9Pj1(fpp+UMfWQZ1`MF|9gR9ci7B*x+53M6=t8>B`_gu--goE|2~B7#~('
             'jF=#%M~Vdkl!BxqD9K|Ys$`&`C8$Wsg+jEJtSBnVqr&=xw5TeoN(%*o)T*>CEX(9$N~FlJFRV*Tg~If{yfQA$C<qDw009F40RR912mk;80RaO5'
             '0RR912mk;80s#X60{{R39033T0|5g70RR911poj51_1*A0RR910ssI25dj1M0RR912mk;86#)YP0RR910{{R376AhQ0RR912mk;87XbtS0RR91'
             'mH+?%903CW0RR910RR91000002mlBG2mk'),
    "whole.webp": ('Qb|TeH~;_uS4BclR!}%hD*ylhF9*N@0GW*Fe{2d-_=5L8K$vYLF{b&`jNpDJAP`7#IFo#e?w9}{o7?~Z'),
}


def seeds():
    return {name: base64.b85decode(text) for name, text in WHOLE.items()}
