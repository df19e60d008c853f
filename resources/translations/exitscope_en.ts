<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US">
<context>
    <name>exitscope::app::EvaluateDialog</name>
    <message numerus="yes">
        <source>%n states</source>
        <translation>
            <numerusform>%n state</numerusform>
            <numerusform>%n states</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n exits</source>
        <translation>
            <numerusform>%n exit</numerusform>
            <numerusform>%n exits</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n precisions</source>
        <translation>
            <numerusform>%n precision</numerusform>
            <numerusform>%n precisions</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>exitscope::app::Inputs</name>
    <message numerus="yes">
        <source>%1: %n exits, %2 classes</source>
        <translation>
            <numerusform>%1: one exit, %2 classes</numerusform>
            <numerusform>%1: %n exits, %2 classes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Opening %n images</source>
        <translation>
            <numerusform>Opening one image</numerusform>
            <numerusform>Opening %n images</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>exitscope::app::SessionPanel</name>
    <message numerus="yes">
        <source>%n exits</source>
        <translation>
            <numerusform>one exit</numerusform>
            <numerusform>%n exits</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n to look at before evaluating</source>
        <translation>
            <numerusform>%n to look at before evaluating</numerusform>
            <numerusform>%n to look at before evaluating</numerusform>
        </translation>
    </message>
</context>
</TS>
