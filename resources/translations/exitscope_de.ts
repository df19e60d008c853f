<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
    <name>Actions</name>
    <message>
        <source>Open the &amp;sample</source>
        <translation>&amp;Beispiel öffnen</translation>
    </message>
    <message>
        <source>Open the sample model with its fit and test images</source>
        <translation>Öffnet das Beispielmodell mit seinen Fit- und Testbildern</translation>
    </message>
    <message>
        <source>Open &amp;model...</source>
        <translation>&amp;Modell öffnen...</translation>
    </message>
    <message>
        <source>Open an ONNX model</source>
        <translation>Öffnet ein ONNX-Modell</translation>
    </message>
    <message>
        <source>Open &amp;data set...</source>
        <translation>&amp;Daten öffnen...</translation>
    </message>
    <message>
        <source>Open the data to fit and to test on</source>
        <translation>Öffnet die Daten zum Anpassen und zum Testen</translation>
    </message>
    <message>
        <source>Open &amp;run...</source>
        <translation>&amp;Lauf öffnen...</translation>
    </message>
    <message>
        <source>Open a finished evaluation</source>
        <translation>Öffnet eine fertige Auswertung</translation>
    </message>
    <message>
        <source>&amp;Save run...</source>
        <translation>Lauf &amp;speichern...</translation>
    </message>
    <message>
        <source>Save this evaluation</source>
        <translation>Speichert diese Auswertung</translation>
    </message>
    <message>
        <source>Open s&amp;ession...</source>
        <translation>S&amp;itzung öffnen...</translation>
    </message>
    <message>
        <source>Open a saved session: run, method, budget, filters, layout</source>
        <translation>Öffnet, was als Sitzung gespeichert wurde: Lauf, Verfahren, Budget, Filter, Anordnung</translation>
    </message>
    <message>
        <source>Save sess&amp;ion...</source>
        <translation>Si&amp;tzung speichern...</translation>
    </message>
    <message>
        <source>Save the open files and all choices, to continue later</source>
        <translation>Speichert, was offen und gewählt ist, um später weiterzumachen</translation>
    </message>
    <message>
        <source>Clear list</source>
        <translation>Liste leeren</translation>
    </message>
    <message>
        <source>Forget the recent files</source>
        <translation>Vergisst die zuletzt geöffneten Dateien</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>Be&amp;enden</translation>
    </message>
    <message>
        <source>Close the window</source>
        <translation>Schließt das Fenster</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>Undo the last change of the filters</source>
        <translation>Nimmt die letzte Änderung der Filter zurück</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederherstellen</translation>
    </message>
    <message>
        <source>Redo the step undone last</source>
        <translation>Stellt wieder her, was zurückgenommen wurde</translation>
    </message>
    <message>
        <source>&amp;Clear filters</source>
        <translation>&amp;Alle Filter entfernen</translation>
    </message>
    <message>
        <source>Show all samples again</source>
        <translation>Zeigt wieder alle Bilder</translation>
    </message>
    <message>
        <source>&amp;Search samples</source>
        <translation>Bilder &amp;suchen</translation>
    </message>
    <message>
        <source>Filter the samples by typed conditions</source>
        <translation>Filtert die Bilder nach eingegebenen Bedingungen</translation>
    </message>
    <message>
        <source>&amp;Next sample</source>
        <translation>&amp;Nächstes Bild</translation>
    </message>
    <message>
        <source>Inspect the next sample shown</source>
        <translation>Untersucht das nächste gezeigte Bild</translation>
    </message>
    <message>
        <source>&amp;Previous sample</source>
        <translation>&amp;Vorheriges Bild</translation>
    </message>
    <message>
        <source>Inspect the sample shown before</source>
        <translation>Untersucht das vorherige gezeigte Bild</translation>
    </message>
    <message>
        <source>Animate &amp;budget</source>
        <translation>Budget a&amp;nimieren</translation>
    </message>
    <message>
        <source>Sweep the budget up and down; any key or click stops it</source>
        <translation>Fährt das Budget auf und ab; jede Taste und jeder Klick hält es an</translation>
    </message>
    <message>
        <source>&amp;Pin operating point as A</source>
        <translation>Arbeitspunkt als &amp;A merken</translation>
    </message>
    <message>
        <source>Keep the current operating point to compare others with</source>
        <translation>Merkt sich den aktuellen Arbeitspunkt, um andere mit ihm zu vergleichen</translation>
    </message>
    <message>
        <source>&amp;Evaluate</source>
        <translation>&amp;Auswerten</translation>
    </message>
    <message>
        <source>Run every exit at every precision on the data</source>
        <translation>Rechnet jeden Exit mit jeder Präzision auf den Daten</translation>
    </message>
    <message>
        <source>Evaluation se&amp;ttings...</source>
        <translation>Auswertungs&amp;einstellungen...</translation>
    </message>
    <message>
        <source>Choose precisions, schedule, calibration and data, then evaluate</source>
        <translation>Präzisionen, Plan, Kalibrierung und Daten wählen, dann auswerten</translation>
    </message>
    <message>
        <source>&amp;Add exits...</source>
        <translation>E&amp;xits hinzufügen...</translation>
    </message>
    <message>
        <source>Choose cut points of the open model and train an exit at each</source>
        <translation>Schnittpunkte des offenen Modells wählen und an jedem einen Exit trainieren</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>Ab&amp;brechen</translation>
    </message>
    <message>
        <source>Stop the running job</source>
        <translation>Bricht ab, was gerade läuft</translation>
    </message>
    <message>
        <source>Samples as &amp;grid</source>
        <translation>Bilder als &amp;Raster</translation>
    </message>
    <message>
        <source>Show the samples as a grid of images or as a table</source>
        <translation>Zeigt die Bilder als Raster oder als Tabelle</translation>
    </message>
    <message>
        <source>As the &amp;desktop</source>
        <translation>Wie der &amp;Desktop</translation>
    </message>
    <message>
        <source>Light or dark as the desktop</source>
        <translation>Hell oder dunkel wie der Desktop</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>Light colours</source>
        <translation>Helle Farben</translation>
    </message>
    <message>
        <source>D&amp;ark</source>
        <translation>D&amp;unkel</translation>
    </message>
    <message>
        <source>Dark colours</source>
        <translation>Dunkle Farben</translation>
    </message>
    <message>
        <source>The language of the desktop</source>
        <translation>Die Sprache des Desktops</translation>
    </message>
    <message>
        <source>English texts</source>
        <translation>Englische Texte</translation>
    </message>
    <message>
        <source>German texts</source>
        <translation>Deutsche Texte</translation>
    </message>
    <message>
        <source>&amp;Reset layout</source>
        <translation>Anordnung &amp;zurücksetzen</translation>
    </message>
    <message>
        <source>Put every view back</source>
        <translation>Setzt jede Ansicht an ihren Platz zurück</translation>
    </message>
    <message>
        <source>&amp;Plot...</source>
        <translation>&amp;Diagramm...</translation>
    </message>
    <message>
        <source>Export the plot in front as PNG, SVG or PDF</source>
        <translation>Exportiert das vorderste Diagramm als PNG, SVG oder PDF</translation>
    </message>
    <message>
        <source>&amp;Copy plot</source>
        <translation>Diagramm &amp;kopieren</translation>
    </message>
    <message>
        <source>Copy the plot in front as an image</source>
        <translation>Kopiert das vorderste Diagramm als Bild</translation>
    </message>
    <message>
        <source>&amp;Samples as CSV...</source>
        <translation>&amp;Bilder als CSV...</translation>
    </message>
    <message>
        <source>Export the samples shown, in their order</source>
        <translation>Exportiert die gezeigten Bilder in ihrer Reihenfolge</translation>
    </message>
    <message>
        <source>C&amp;urves as CSV...</source>
        <translation>K&amp;urven als CSV...</translation>
    </message>
    <message>
        <source>Export the points of the curves shown</source>
        <translation>Exportiert die Punkte der gezeigten Kurven</translation>
    </message>
    <message>
        <source>&amp;Report...</source>
        <translation>B&amp;ericht...</translation>
    </message>
    <message>
        <source>Export a report as one HTML file</source>
        <translation>Exportiert einen Bericht als eine HTML-Datei</translation>
    </message>
    <message>
        <source>&amp;Deployable bundle...</source>
        <translation>&amp;Auslieferbares Paket...</translation>
    </message>
    <message>
        <source>Export the operating point as a folder that runs in ONNX Runtime</source>
        <translation>Exportiert den Arbeitspunkt als Ordner, der in ONNX Runtime läuft</translation>
    </message>
    <message>
        <source>&amp;Keys and mouse</source>
        <translation>&amp;Tasten und Maus</translation>
    </message>
    <message>
        <source>Show all keys</source>
        <translation>Zeigt alle Tasten</translation>
    </message>
    <message>
        <source>&amp;About Exitscope</source>
        <translation>Ü&amp;ber Exitscope</translation>
    </message>
    <message>
        <source>Version and licence</source>
        <translation>Version und Lizenz</translation>
    </message>
    <message>
        <source>Show &amp;hints</source>
        <translation>&amp;Hinweise zeigen</translation>
    </message>
    <message>
        <source>Show the next steps one by one</source>
        <translation>Sagt Schritt für Schritt, was als Nächstes zu tun ist</translation>
    </message>
    <message>
        <source>Open model</source>
        <comment>on a button</comment>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Open data set</source>
        <comment>on a button</comment>
        <translation>Daten</translation>
    </message>
    <message>
        <source>Open run</source>
        <comment>on a button</comment>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Plot for p&amp;rint...</source>
        <translation>Diagramm für den D&amp;ruck...</translation>
    </message>
    <message>
        <source>Export the plot in front black on white, in the width of a column</source>
        <translation>Exportiert das vorderste Diagramm schwarz auf weiß, in Spaltenbreite</translation>
    </message>
    <message>
        <source>Model &amp;options...</source>
        <translation>Modell&amp;optionen...</translation>
    </message>
    <message>
        <source>Open a model with its exits, input size or what its outputs hold chosen</source>
        <translation>Öffnet ein Modell mit gewählten Exits, Eingabegröße oder Inhalt der Ausgaben</translation>
    </message>
</context>
<context>
    <name>QObject</name>
    <message>
        <source>%1 images of %2 calibrate, %3 are held out.</source>
        <translation>%1 Bilder aus %2 kalibrieren, %3 sind zurückgehalten.</translation>
    </message>
    <message>
        <source>Unsaved run</source>
        <translation>Nicht gespeicherter Lauf</translation>
    </message>
    <message>
        <source>The evaluation has not been saved. Save it?</source>
        <translation>Die Auswertung ist nicht gespeichert. Speichern?</translation>
    </message>
    <message>
        <source>exit %1</source>
        <translation>Exit %1</translation>
    </message>
    <message>
        <source>precision %1</source>
        <translation>Präzision %1</translation>
    </message>
    <message>
        <source>right</source>
        <translation>richtig</translation>
    </message>
    <message>
        <source>wrong</source>
        <translation>falsch</translation>
    </message>
    <message>
        <source>agrees with full model</source>
        <translation>wie volles Modell</translation>
    </message>
    <message>
        <source>differs from full model</source>
        <translation>anders als volles Modell</translation>
    </message>
    <message>
        <source>label %1</source>
        <translation>Label %1</translation>
    </message>
    <message>
        <source>predicted %1</source>
        <translation>Vorhersage %1</translation>
    </message>
    <message>
        <source>predicted error %1 to %2</source>
        <translation>Fehlerwahrscheinlichkeit %1 bis %2</translation>
    </message>
    <message>
        <source>exit %1 by %2</source>
        <translation>Exit %1 mit %2</translation>
    </message>
    <message>
        <source>Remove this filter</source>
        <translation>Diesen Filter entfernen</translation>
    </message>
    <message>
        <source>Remove filter %1</source>
        <translation>Filter %1 entfernen</translation>
    </message>
    <message>
        <source>,</source>
        <comment>between the thousands of a count</comment>
        <translation>&#x202f;</translation>
    </message>
    <message>
        <source>Too many classes for a matrix</source>
        <translation>Zu viele Klassen für eine Matrix</translation>
    </message>
    <message>
        <source>No samples</source>
        <translation>Keine Bilder</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>%1 (%2 images)</source>
        <translation>%1 (%2 Bilder)</translation>
    </message>
    <message>
        <source>Operating points chosen on %1, scored on %2. Shaded: 95 % Wilson interval.</source>
        <translation>Arbeitspunkte gewählt auf %1, bewertet auf %2. Schattiert: 95-%-Konfidenzintervall (Wilson).</translation>
    </message>
    <message>
        <source>%1: %2 % at %3 % cost</source>
        <translation>%1: %2 % bei %3 % Kosten</translation>
    </message>
    <message>
        <source>Answers given</source>
        <translation>Gegebene Antworten</translation>
    </message>
    <message>
        <source>%1. Error predictors fitted on the first split, compared on the second. Bars: 95 % Wilson intervals.</source>
        <translation>%1. Fehlerschätzer auf dem ersten Teil angepasst, auf dem zweiten verglichen. Balken: 95-%-Konfidenzintervalle (Wilson).</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>Label</translation>
    </message>
    <message>
        <source>Full model&apos;s answer</source>
        <translation>Antwort des vollen Modells</translation>
    </message>
    <message>
        <source>%1 at a budget of %2 %, chosen on %3, scored on %4</source>
        <translation>%1 bei einem Budget von %2 %, gewählt auf %3, bewertet auf %4</translation>
    </message>
    <message>
        <source>Right answers flagged (%)</source>
        <translation>Markierte richtige Antworten (%)</translation>
    </message>
    <message>
        <source>Wrong answers flagged (%)</source>
        <translation>Markierte falsche Antworten (%)</translation>
    </message>
    <message>
        <source>Needs right and wrong answers</source>
        <translation>Braucht richtige und falsche Antworten</translation>
    </message>
    <message>
        <source>Chance</source>
        <translation>Zufall</translation>
    </message>
    <message>
        <source>AUROC %1 [%2, %3]</source>
        <translation>AUROC %1 [%2, %3]</translation>
    </message>
    <message>
        <source>Predicted error (%)</source>
        <translation>Vorhergesagter Fehler (%)</translation>
    </message>
    <message>
        <source>Share of each kind (%)</source>
        <translation>Anteil jeder Art (%)</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>right, up</source>
        <translation>richtig, oben</translation>
    </message>
    <message>
        <source>wrong, down</source>
        <translation>falsch, unten</translation>
    </message>
    <message>
        <source>Predicted error of the cluster (%)</source>
        <translation>Vorhergesagter Fehler des Clusters (%)</translation>
    </message>
    <message>
        <source>Actual error (%)</source>
        <translation>Tatsächlicher Fehler (%)</translation>
    </message>
    <message>
        <source>No labelled samples to compare with</source>
        <translation>Keine Bilder mit Label zum Vergleich</translation>
    </message>
    <message>
        <source>Perfect prediction</source>
        <translation>Perfekte Vorhersage</translation>
    </message>
    <message>
        <source>Share of the test split (%)</source>
        <translation>Anteil der Testdaten (%)</translation>
    </message>
    <message>
        <source>Exit at which the images leave</source>
        <translation>Exit, an dem die Bilder austreten</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Richtig</translation>
    </message>
    <message>
        <source>Wrong</source>
        <translation>Falsch</translation>
    </message>
    <message>
        <source>All images (no labels)</source>
        <translation>Alle Bilder (keine Labels)</translation>
    </message>
    <message>
        <source>Last stage at %1</source>
        <translation>Letzte Stufe mit %1</translation>
    </message>
    <message>
        <source>
%1 % right</source>
        <translation>
%1 % richtig</translation>
    </message>
    <message>
        <source>stage %1</source>
        <translation>Stufe %1</translation>
    </message>
    <message>
        <source>second pass, %1</source>
        <translation>zweiter Durchgang, %1</translation>
    </message>
    <message>
        <source>%1 at %2</source>
        <translation>%1 mit %2</translation>
    </message>
    <message>
        <source>second pass at %1, after a first at %2</source>
        <translation>zweiter Durchgang mit %1, nach einem ersten mit %2</translation>
    </message>
    <message>
        <source>%1 at %2, after %3</source>
        <translation>%1 mit %2, nach %3</translation>
    </message>
    <message>
        <source>second pass, exit %1</source>
        <translation>zweiter Durchgang, Exit %1</translation>
    </message>
    <message>
        <source>as the full model</source>
        <translation>wie das volle Modell</translation>
    </message>
    <message>
        <source>other than the full model</source>
        <translation>anders als das volle Modell</translation>
    </message>
    <message>
        <source>leave at %1, %2</source>
        <translation>Austritt an %1, %2</translation>
    </message>
    <message>
        <source>leave at %1 from %2, %3</source>
        <translation>Austritt an %1 aus %2, %3</translation>
    </message>
    <message>
        <source>leave at %1 from %2, no label</source>
        <translation>Austritt an %1 aus %2, kein Label</translation>
    </message>
    <message>
        <source>%1 right</source>
        <translation>%1 richtig</translation>
    </message>
    <message>
        <source>%1 agree</source>
        <translation>%1 gleich</translation>
    </message>
    <message>
        <source>Stage %1</source>
        <translation>Stufe %1</translation>
    </message>
    <message>
        <source>2nd pass,
stage %1</source>
        <translation>2. Durchgang,
Stufe %1</translation>
    </message>
    <message>
        <source>As the full model</source>
        <translation>Wie das volle Modell</translation>
    </message>
    <message>
        <source>Other than the full model</source>
        <translation>Anders als das volle Modell</translation>
    </message>
    <message>
        <source>eps = %1 %</source>
        <translation>eps = %1 %</translation>
    </message>
    <message>
        <source>Cost of the held-out samples (% of the full model)</source>
        <translation>Kosten der zurückgehaltenen Bilder (% des vollen Modells)</translation>
    </message>
    <message>
        <source> (%)</source>
        <translation> (%)</translation>
    </message>
    <message>
        <source>No setting to choose from</source>
        <translation>Keine Einstellung zur Wahl</translation>
    </message>
    <message>
        <source>Calibration samples</source>
        <translation>Kalibrierbilder</translation>
    </message>
    <message>
        <source>Held-out samples</source>
        <translation>Zurückgehaltene Bilder</translation>
    </message>
    <message>
        <source>Bound</source>
        <translation>Schranke</translation>
    </message>
    <message>
        <source> of the held-out samples (%)</source>
        <translation> der zurückgehaltenen Bilder (%)</translation>
    </message>
    <message>
        <source>Trials</source>
        <translation>Wiederholungen</translation>
    </message>
    <message>
        <source>No trials</source>
        <translation>Keine Wiederholungen</translation>
    </message>
    <message>
        <source>At most eps</source>
        <translation>Höchstens eps</translation>
    </message>
    <message>
        <source>Above eps</source>
        <translation>Über eps</translation>
    </message>
    <message>
        <source>Layer, in the order in which they run</source>
        <translation>Schicht, in der Reihenfolge des Rechnens</translation>
    </message>
    <message>
        <source>SQNR (dB): higher is better</source>
        <translation>SQNR (dB): höher ist besser</translation>
    </message>
    <message>
        <source>Not measured</source>
        <translation>Nicht gemessen</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Schicht</translation>
    </message>
    <message>
        <source>Error (%)</source>
        <translation>Fehler (%)</translation>
    </message>
    <message>
        <source>Value that the layer reads</source>
        <translation>Wert, den die Schicht liest</translation>
    </message>
    <message>
        <source>Values (%)</source>
        <translation>Werte (%)</translation>
    </message>
    <message>
        <source>Every value is the same</source>
        <translation>Alle Werte sind gleich</translation>
    </message>
    <message>
        <source>, 95 % low</source>
        <translation>, 95 % unten</translation>
    </message>
    <message>
        <source>, 95 % high</source>
        <translation>, 95 % oben</translation>
    </message>
    <message>
        <source>Fixed models</source>
        <translation>Feste Modelle</translation>
    </message>
    <message>
        <source>%1 relative to full depth at %2 (%)</source>
        <translation>%1 relativ zur vollen Tiefe mit %2 (%)</translation>
    </message>
    <message>
        <source>Accuracy on the test split (%)</source>
        <translation>Genauigkeit auf den Testdaten (%)</translation>
    </message>
    <message>
        <source>No curve to show: the test split has no labels</source>
        <translation>Keine Kurve: die Testdaten haben keine Labels</translation>
    </message>
</context>
<context>
    <name>app::Remedies</name>
    <message>
        <source>File, Model options</source>
        <translation>Datei, Modelloptionen</translation>
    </message>
    <message>
        <source>File, Open data set, Labels and damaged images</source>
        <translation>Datei, Datensatz öffnen, Klassen und beschädigte Bilder</translation>
    </message>
    <message>
        <source>Run, Evaluation settings, Preprocessing</source>
        <translation>Lauf, Auswertungseinstellungen, Vorverarbeitung</translation>
    </message>
    <message>
        <source>%1 (here: %2)</source>
        <translation>%1 (hier: %2)</translation>
    </message>
</context>
<context>
    <name>core</name>
    <message>
        <source>Chooses exit and precision of every stage by the predicted error of each continuation plus lambda times its cost, and decides again at every gate</source>
        <translation>Wählt Exit und Präzision jeder Stufe nach der Fehlerwahrscheinlichkeit jeder Fortsetzung plus Lambda mal ihren Kosten und entscheidet an jedem Gate neu</translation>
    </message>
    <message>
        <source>QuEE with predicted errors read from a table over clusters of the gate&apos;s features</source>
        <translation>QuEE mit Fehlerwahrscheinlichkeiten aus einer Tabelle über Cluster der Merkmale am Gate</translation>
    </message>
    <message>
        <source>QuEE by exact backward induction over clusters of the gates&apos; features and the moves between them</source>
        <translation>QuEE durch exakte Rückwärtsinduktion über Cluster der Merkmale an den Gates und die Übergänge zwischen ihnen</translation>
    </message>
    <message>
        <source>Leaves at the first exit whose largest probability is above one shared threshold; highest precision</source>
        <translation>Tritt am ersten Exit aus, dessen größte Wahrscheinlichkeit über einer gemeinsamen Schwelle liegt; höchste Präzision</translation>
    </message>
    <message>
        <source>Leaves at the first exit whose entropy is below one shared threshold; highest precision</source>
        <translation>Tritt am ersten Exit aus, dessen Entropie unter einer gemeinsamen Schwelle liegt; höchste Präzision</translation>
    </message>
    <message>
        <source>Leaves at the first exit whose two largest probabilities differ by more than one shared threshold; highest precision</source>
        <translation>Tritt am ersten Exit aus, dessen zwei größte Wahrscheinlichkeiten sich um mehr als eine gemeinsame Schwelle unterscheiden; höchste Präzision</translation>
    </message>
    <message>
        <source>One confidence threshold on one fixed mixed-precision path, both chosen on the fit split</source>
        <translation>Eine Konfidenzschwelle auf einem festen Pfad gemischter Präzision, beide auf den Fit-Daten gewählt</translation>
    </message>
    <message>
        <source>Weighs the exits exponentially by risk and cost under a budget and takes survivors&apos; quantiles of the largest probability as thresholds; highest precision</source>
        <translation>Gewichtet die Exits unter einem Budget exponentiell nach Risiko und Kosten und nimmt Quantile der größten Wahrscheinlichkeit der Verbliebenen als Schwellen; höchste Präzision</translation>
    </message>
    <message>
        <source>EERO on the exits of one fixed mixed-precision path, chosen on the fit split</source>
        <translation>EERO auf den Exits eines festen Pfads gemischter Präzision, auf den Fit-Daten gewählt</translation>
    </message>
    <message>
        <source>Exit shares that fall or rise geometrically from exit to exit; highest precision</source>
        <translation>Anteile, die von Exit zu Exit geometrisch fallen oder steigen; höchste Präzision</translation>
    </message>
    <message>
        <source>A logistic gate at every exit learns whether a later exit is worth its cost; highest precision</source>
        <translation>Ein logistisches Gate an jedem Exit lernt, ob ein späterer Exit seine Kosten wert ist; höchste Präzision</translation>
    </message>
    <message>
        <source>Leaves when so many exits in a row agree; highest precision</source>
        <translation>Tritt aus, wenn so viele Exits nacheinander übereinstimmen; höchste Präzision</translation>
    </message>
    <message>
        <source>Leaves where answers of this confidence were right often enough on the fit split; highest precision</source>
        <translation>Tritt aus, wo Antworten dieser Konfidenz auf den Fit-Daten oft genug richtig waren; höchste Präzision</translation>
    </message>
    <message>
        <source>One exit and one precision path for every image; those that no cheaper model beats on the fit split</source>
        <translation>Ein Exit und ein Präzisionspfad für jedes Bild; die, die auf den Fit-Daten kein billigeres Modell schlägt</translation>
    </message>
    <message>
        <source>Random mixing of two static models: what a dynamic method must beat</source>
        <translation>Zufällige Mischung zweier statischer Modelle: was ein dynamisches Verfahren schlagen muss</translation>
    </message>
    <message>
        <source>The same share of images in every state as QuEE, drawn without looking at the image</source>
        <translation>Derselbe Anteil der Bilder in jedem Zustand wie bei QuEE, gezogen ohne Blick auf das Bild</translation>
    </message>
    <message>
        <source>A complete cheap pass with early exits first; images still uncertain at its end run again at a higher precision; every answer pools all heads visited</source>
        <translation>Erst ein vollständiger billiger Durchgang mit frühen Exits; am Ende noch unsichere Bilder laufen mit höherer Präzision noch einmal; jede Antwort fasst alle besuchten Köpfe zusammen</translation>
    </message>
    <message>
        <source>QuEE that may also run the network again at a higher precision after a complete cheap pass; every answer pools all heads visited</source>
        <translation>QuEE, das nach einem vollständigen billigen Durchgang das Netz auch mit höherer Präzision noch einmal laufen lassen darf; jede Antwort fasst alle besuchten Köpfe zusammen</translation>
    </message>
    <message>
        <source>Knows the labels and minimises error plus lambda times cost: no policy lies above it</source>
        <translation>Kennt die Labels und minimiert Fehler plus Lambda mal Kosten: kein Verfahren liegt darüber</translation>
    </message>
    <message>
        <source>Knows the labels and takes the cheapest state that is right, or the cheapest of all if none is</source>
        <translation>Kennt die Labels und nimmt den billigsten richtigen Zustand oder, wenn keiner richtig ist, den billigsten überhaupt</translation>
    </message>
    <message>
        <source>Energy</source>
        <translation>Energie</translation>
    </message>
    <message>
        <source>Measured latency</source>
        <translation>Gemessene Latenz</translation>
    </message>
    <message>
        <source>Performance gap</source>
        <translation>Leistungslücke</translation>
    </message>
    <message>
        <source>Inconsistency</source>
        <translation>Inkonsistenz</translation>
    </message>
    <message>
        <source>Brier gap</source>
        <translation>Brier-Lücke</translation>
    </message>
    <message>
        <source>Brier inconsistency</source>
        <translation>Brier-Inkonsistenz</translation>
    </message>
    <message>
        <source>Hellinger distance</source>
        <translation>Hellinger-Abstand</translation>
    </message>
    <message>
        <source>the empirical risk is below eps: no guarantee</source>
        <translation>das empirische Risiko liegt unter eps: keine Garantie</translation>
    </message>
    <message>
        <source>the expected risk is at most eps</source>
        <translation>das erwartete Risiko ist höchstens eps</translation>
    </message>
    <message>
        <source>the expected risk is at most eps where every sample&apos;s loss rises along the knob</source>
        <translation>das erwartete Risiko ist höchstens eps, wo der Verlust jedes Bildes mit dem Stellwert steigt</translation>
    </message>
    <message>
        <source>Calibrating</source>
        <translation>Kalibrierung</translation>
    </message>
    <message>
        <source>Comparing with the float network</source>
        <translation>Vergleich mit dem Gleitkommanetz</translation>
    </message>
    <message>
        <source>Computing features</source>
        <translation>Merkmale berechnen</translation>
    </message>
    <message>
        <source>Converting the stages</source>
        <translation>Stufen umwandeln</translation>
    </message>
    <message>
        <source>Evaluating</source>
        <translation>Auswertung</translation>
    </message>
    <message>
        <source>Fitting error predictors</source>
        <translation>Fehlerschätzer anpassen</translation>
    </message>
    <message>
        <source>Fitting policies</source>
        <translation>Verfahren anpassen</translation>
    </message>
    <message>
        <source>Looking at features</source>
        <translation>Merkmale ansehen</translation>
    </message>
    <message>
        <source>Looking for the images</source>
        <translation>Suche nach den Bildern</translation>
    </message>
    <message>
        <source>Measuring latency</source>
        <translation>Latenz messen</translation>
    </message>
    <message>
        <source>Preparing</source>
        <translation>Vorbereiten</translation>
    </message>
    <message>
        <source>Quantizing</source>
        <translation>Quantisieren</translation>
    </message>
    <message>
        <source>Quantizing one layer at a time</source>
        <translation>Schicht für Schicht quantisieren</translation>
    </message>
    <message>
        <source>Reading the data set</source>
        <translation>Daten lesen</translation>
    </message>
    <message>
        <source>Reading the images</source>
        <translation>Bilder lesen</translation>
    </message>
    <message>
        <source>Reading the model</source>
        <translation>Modell lesen</translation>
    </message>
    <message>
        <source>Reading the run</source>
        <translation>Lauf lesen</translation>
    </message>
    <message>
        <source>Walking through the settings</source>
        <translation>Einstellungen durchgehen</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>Writing the run</source>
        <translation>Lauf schreiben</translation>
    </message>
    <message>
        <source>ran past exit %1 (%2)</source>
        <translation>vorbei an Exit %1 (%2)</translation>
    </message>
    <message>
        <source>left at exit %1 (%2)</source>
        <translation>Austritt an Exit %1 (%2)</translation>
    </message>
    <message>
        <source>went on from exit %1 (%2)</source>
        <translation>weiter ab Exit %1 (%2)</translation>
    </message>
    <message>
        <source>this model is fixed, whatever the image</source>
        <translation>dieses Modell steht fest, gleich für welches Bild</translation>
    </message>
    <message>
        <source>the plan for answers like this one, cluster %1 of %2 at lambda %3</source>
        <translation>der Plan für Antworten wie diese, Cluster %1 von %2 bei Lambda %3</translation>
    </message>
    <message>
        <source>going on to exit %1 saves %2 points of predicted error for %3 more cost; at lambda %4 it has to save %5</source>
        <translation>weiter zu Exit %1 spart %2 Punkte Fehlerwahrscheinlichkeit für %3 mehr Kosten; bei Lambda %4 müssen es %5 sein</translation>
    </message>
    <message>
        <source>the largest probability %1 passes the threshold %2</source>
        <translation>die größte Wahrscheinlichkeit %1 überschreitet die Schwelle %2</translation>
    </message>
    <message>
        <source>the largest probability %1 does not pass the threshold %2</source>
        <translation>die größte Wahrscheinlichkeit %1 überschreitet die Schwelle %2 nicht</translation>
    </message>
    <message>
        <source>the entropy %1 is below the threshold %2</source>
        <translation>die Entropie %1 liegt unter der Schwelle %2</translation>
    </message>
    <message>
        <source>the entropy %1 is not below the threshold %2</source>
        <translation>die Entropie %1 liegt nicht unter der Schwelle %2</translation>
    </message>
    <message>
        <source>the margin %1 passes the threshold %2</source>
        <translation>der Abstand %1 überschreitet die Schwelle %2</translation>
    </message>
    <message>
        <source>the margin %1 does not pass the threshold %2</source>
        <translation>der Abstand %1 überschreitet die Schwelle %2 nicht</translation>
    </message>
    <message>
        <source>exits in a row with this answer: %1, needed: %2</source>
        <translation>Exits in Folge mit dieser Antwort: %1, nötig: %2</translation>
    </message>
    <message>
        <source>answers as sure as this one were right in %1 of the fit split&apos;s cases, needed: %2</source>
        <translation>so sichere Antworten waren auf den Daten zum Anpassen in %1 der Fälle richtig, nötig: %2</translation>
    </message>
    <message>
        <source>the learned score %1 passes the threshold %2</source>
        <translation>die gelernte Bewertung %1 überschreitet die Schwelle %2</translation>
    </message>
    <message>
        <source>the learned score %1 does not pass the threshold %2</source>
        <translation>die gelernte Bewertung %1 überschreitet die Schwelle %2 nicht</translation>
    </message>
    <message>
        <source>the oracle knows the label</source>
        <translation>das Orakel kennt das Label</translation>
    </message>
    <message>
        <source>drawn by lot, whatever the image</source>
        <translation>ausgelost, gleich für welches Bild</translation>
    </message>
    <message>
        <source>nothing is decided here</source>
        <translation>hier wird nichts entschieden</translation>
    </message>
    <message>
        <source>no stage is left</source>
        <translation>keine Stufe ist übrig</translation>
    </message>
    <message>
        <source>the chosen way ends here</source>
        <translation>der gewählte Weg endet hier</translation>
    </message>
    <message>
        <source>one of two fixed models, drawn by lot</source>
        <translation>eines von zwei festen Modellen, ausgelost</translation>
    </message>
    <message>
        <source>Leaves at the first exit whose statistic reaches the threshold given for it</source>
        <translation>Verlässt das Netz am ersten Ausgang, dessen Kennzahl die dafür angegebene Schwelle erreicht</translation>
    </message>
    <message>
        <source>Lists of images and labels</source>
        <translation>Listen von Bildern und Klassen</translation>
    </message>
    <message>
        <source>Arrays</source>
        <translation>Arrays</translation>
    </message>
    <message>
        <source>WebDataset tar files</source>
        <translation>WebDataset-Tar-Dateien</translation>
    </message>
    <message>
        <source>IDX and CIFAR files</source>
        <translation>IDX- und CIFAR-Dateien</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Bilder</translation>
    </message>
</context>
<context>
    <name>exitscope::app</name>
    <message>
        <source>Arrays of floats are fed to the network as they are.</source>
        <translation>Felder von Gleitkommazahlen erhält das Netz, wie sie sind.</translation>
    </message>
    <message>
        <source>There is no picture of a network&apos;s input that has neither 1 nor 3 channels.</source>
        <translation>Von der Eingabe eines Netzes, die weder 1 noch 3 Kanäle hat, gibt es kein Bild.</translation>
    </message>
</context>
<context>
    <name>exitscope::app::Appearance</name>
    <message>
        <source>The language changes when Exitscope is started the next time.</source>
        <translation>Die Sprache wechselt beim nächsten Start von Exitscope.</translation>
    </message>
</context>
<context>
    <name>exitscope::app::BudgetTasks</name>
    <message>
        <source>%1: %2 at %3, chosen on the fit split</source>
        <translation>%1: %2 bei %3, gewählt auf den Fit-Daten</translation>
    </message>
    <message>
        <source>Knee</source>
        <translation>Knie</translation>
    </message>
    <message>
        <source>the curve flattens here</source>
        <translation>hier flacht die Kurve ab</translation>
    </message>
    <message>
        <source>Half a point</source>
        <translation>Ein halber Punkt</translation>
    </message>
    <message>
        <source>cheapest that loses at most 0.5 points</source>
        <translation>billigster, der höchstens 0.5 Punkte verliert</translation>
    </message>
    <message>
        <source>No loss</source>
        <translation>Ohne Verlust</translation>
    </message>
    <message>
        <source>cheapest that is as accurate as the full model</source>
        <translation>billigster, der so genau ist wie das volle Modell</translation>
    </message>
</context>
<context>
    <name>exitscope::app::BundleDialog</name>
    <message>
        <source>Export the operating point</source>
        <translation>Arbeitspunkt exportieren</translation>
    </message>
    <message>
        <source>&amp;Model of the run</source>
        <translation>&amp;Modell des Laufs</translation>
    </message>
    <message>
        <source>Model of the run</source>
        <translation>Modell des Laufs</translation>
    </message>
    <message>
        <source>New &amp;folder</source>
        <translation>Neuer &amp;Ordner</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>Neuer Ordner</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Choose...</source>
        <translation>Wählen...</translation>
    </message>
    <message>
        <source>%1: choose</source>
        <translation>%1: wählen</translation>
    </message>
    <message>
        <source>ONNX models (*.onnx);;All files (*)</source>
        <translation>ONNX-Modelle (*.onnx);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Writing the bundle</source>
        <translation>Paket wird geschrieben</translation>
    </message>
    <message>
        <source>%1 files, %2 bytes in %3:
%4</source>
        <translation>%1 Dateien, %2 Byte in %3:
%4</translation>
    </message>
    <message>
        <source>Written are: an ONNX file for every stage and precision in use, policy.json with its schema, a driver for Node.js (run.js), one in C++ on this program&apos;s engine (run.cpp) and a README. With run.js the folder runs in ONNX Runtime without this program.</source>
        <translation>Geschrieben werden: eine ONNX-Datei für jede Stufe und jede benutzte Präzision, policy.json mit Schema, ein Treiber für Node.js (run.js), einer in C++ auf der Engine dieses Programms (run.cpp) und ein README. Mit run.js läuft der Ordner in ONNX Runtime ohne dieses Programm.</translation>
    </message>
    <message>
        <source>&amp;The same answers in every runtime</source>
        <translation>&amp;Dieselben Antworten in jeder Laufzeitumgebung</translation>
    </message>
    <message>
        <source>Layers are written as whole numbers, which every runtime rounds exactly like this program; other programs then run them in float. Else as quantized layers (QDQ), which they can run on integers, with a few answers in a hundred that differ in deep networks.</source>
        <translation>Die Schichten werden als ganze Zahlen geschrieben, die niemand anders rundet als dieses Programm; andere Programme rechnen sie dann in Gleitkomma. Sonst als quantisierte Schichten (QDQ), die sie mit ganzen Zahlen rechnen können; in tiefen Netzen weichen dann einige von hundert Antworten ab.</translation>
    </message>
</context>
<context>
    <name>exitscope::app::CheatSheet</name>
    <message>
        <source>Keys and mouse</source>
        <translation>Tasten und Maus</translation>
    </message>
    <message>
        <source>Budget</source>
        <translation>Budget</translation>
    </message>
    <message>
        <source>Left, Right</source>
        <translation>Links, Rechts</translation>
    </message>
    <message>
        <source>A tenth of a per cent less or more</source>
        <translation>Ein Zehntel Prozent weniger oder mehr</translation>
    </message>
    <message>
        <source>Page Up, Page Down</source>
        <translation>Bild auf, Bild ab</translation>
    </message>
    <message>
        <source>One per cent more or less</source>
        <translation>Ein Prozent mehr oder weniger</translation>
    </message>
    <message>
        <source>Home, End</source>
        <translation>Pos1, Ende</translation>
    </message>
    <message>
        <source>The cheapest budget, the full cost</source>
        <translation>Das kleinste Budget, die vollen Kosten</translation>
    </message>
    <message>
        <source>Plots</source>
        <translation>Diagramme</translation>
    </message>
    <message>
        <source>Wheel, + and -</source>
        <translation>Mausrad, + und -</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Vergrößern und verkleinern</translation>
    </message>
    <message>
        <source>Drag, arrow keys</source>
        <translation>Ziehen, Pfeiltasten</translation>
    </message>
    <message>
        <source>Move</source>
        <translation>Verschieben</translation>
    </message>
    <message>
        <source>Double click, 0</source>
        <translation>Doppelklick, 0</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>Click on a bar, bin or mark</source>
        <translation>Klick auf Balken, Klasse oder Marke</translation>
    </message>
    <message>
        <source>Filter the samples behind it</source>
        <translation>Filtert die Bilder dahinter</translation>
    </message>
    <message>
        <source>Click or drag the line in the trade-off</source>
        <translation>Klicken oder die Linie im Trade-off ziehen</translation>
    </message>
    <message>
        <source>Choose the budget</source>
        <translation>Wählt das Budget</translation>
    </message>
</context>
<context>
    <name>exitscope::app::CheckList</name>
    <message>
        <source>fine</source>
        <translation>in Ordnung</translation>
    </message>
    <message>
        <source>doubtful</source>
        <translation>zweifelhaft</translation>
    </message>
    <message>
        <source>impossible</source>
        <translation>unmöglich</translation>
    </message>
</context>
<context>
    <name>exitscope::app::ChoiceBoxes</name>
    <message>
        <source>Me&amp;thod</source>
        <translation>&amp;Verfahren</translation>
    </message>
    <message>
        <source>Method that decides where samples leave</source>
        <translation>Verfahren, das entscheidet, wo Bilder austreten</translation>
    </message>
    <message>
        <source>C&amp;ost</source>
        <translation>&amp;Kosten</translation>
    </message>
    <message>
        <source>Cost model</source>
        <translation>Kostenmodell</translation>
    </message>
    <message>
        <source>Sched&amp;ule</source>
        <translation>&amp;Plan</translation>
    </message>
    <message>
        <source>Precision schedule of the states in use</source>
        <translation>Präzisionsplan der benutzten Zustände</translation>
    </message>
    <message>
        <source>Free</source>
        <translation>Frei</translation>
    </message>
    <message>
        <source>Non-increasing</source>
        <translation>Nicht steigend</translation>
    </message>
    <message>
        <source>Non-decreasing</source>
        <translation>Nicht fallend</translation>
    </message>
    <message>
        <source>Uniform</source>
        <translation>Einheitlich</translation>
    </message>
    <message>
        <source>How the precision may change from stage to stage, among the states of the open run</source>
        <translation>Wie sich die Präzision von Stufe zu Stufe ändern darf, unter den Zuständen des offenen Laufs</translation>
    </message>
    <message>
        <source>Pooled</source>
        <translation>Gepoolt</translation>
    </message>
    <message>
        <source>Pooled answers</source>
        <translation>Gepoolte Antworten</translation>
    </message>
    <message>
        <source>Every answer pools all heads visited so far, with weights from the fit split</source>
        <translation>Jede Antwort fasst alle bisher besuchten Köpfe zusammen, mit Gewichten aus den Fit-Daten</translation>
    </message>
</context>
<context>
    <name>exitscope::app::DataDialog</name>
    <message>
        <source>Open data set</source>
        <translation>Daten öffnen</translation>
    </message>
    <message>
        <source>Preprocessing</source>
        <translation>Vorverarbeitung</translation>
    </message>
    <message>
        <source>How images become the network&apos;s input</source>
        <translation>Wie Bilder zur Eingabe des Netzes werden</translation>
    </message>
</context>
<context>
    <name>exitscope::app::DataForm</name>
    <message>
        <source>One source: its own splits, or split at random</source>
        <translation>Eine Quelle: mit eigener Teilung oder zufällig geteilt</translation>
    </message>
    <message>
        <source>Two sources</source>
        <translation>Zwei Quellen</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Source of both splits</source>
        <translation>Quelle beider Teile</translation>
    </message>
    <message>
        <source>Fit share</source>
        <translation>Fit-Anteil</translation>
    </message>
    <message>
        <source>Share of the samples to fit on, in per cent</source>
        <translation>Anteil der Bilder zum Anpassen, in Prozent</translation>
    </message>
    <message>
        <source> %</source>
        <translation> %</translation>
    </message>
    <message>
        <source>Only for a source without splits of its own</source>
        <translation>Nur für eine Quelle ohne eigene Teilung</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Fit</translation>
    </message>
    <message>
        <source>Data to fit on</source>
        <translation>Daten zum Anpassen</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Test</translation>
    </message>
    <message>
        <source>Data to test on</source>
        <translation>Daten zum Testen</translation>
    </message>
    <message>
        <source>A folder, a file, or a name such as fashion-mnist:fit. Fit on images that the model was not trained on, or predicted errors will be too low.</source>
        <translation>Ein Ordner, eine Datei oder ein Name wie fashion-mnist:fit. Anpassen auf Bildern, auf denen das Modell nicht trainiert wurde, sonst fallen die Fehlerwahrscheinlichkeiten zu klein aus.</translation>
    </message>
    <message>
        <source>Labels and damaged images</source>
        <translation>Klassen und beschädigte Bilder</translation>
    </message>
    <message>
        <source>How labels are read where the files leave a choice</source>
        <translation>Wie Klassen gelesen werden, wo die Dateien eine Wahl lassen</translation>
    </message>
</context>
<context>
    <name>exitscope::app::Docks</name>
    <message>
        <source>Views</source>
        <translation>Ansichten</translation>
    </message>
</context>
<context>
    <name>exitscope::app::EvaluateDialog</name>
    <message>
        <source>Free: any precision at any stage</source>
        <translation>Frei: jede Präzision an jeder Stufe</translation>
    </message>
    <message>
        <source>Non-increasing precision</source>
        <translation>Nicht steigende Präzision</translation>
    </message>
    <message>
        <source>Non-decreasing precision</source>
        <translation>Nicht fallende Präzision</translation>
    </message>
    <message>
        <source>Uniform: one precision a path</source>
        <translation>Einheitlich: eine Präzision je Pfad</translation>
    </message>
    <message>
        <source>Smallest and largest value</source>
        <translation>Kleinster und größter Wert</translation>
    </message>
    <message>
        <source>Percentile (99.9 %)</source>
        <translation>Perzentil (99.9 %)</translation>
    </message>
    <message>
        <source>Least squared error</source>
        <translation>Kleinster quadratischer Fehler</translation>
    </message>
    <message>
        <source>Evaluation settings</source>
        <translation>Auswertungseinstellungen</translation>
    </message>
    <message>
        <source>State tree</source>
        <translation>Zustandsbaum</translation>
    </message>
    <message>
        <source>Floating point</source>
        <translation>Gleitkomma</translation>
    </message>
    <message>
        <source>%1-bit weights, %2-bit activations</source>
        <translation>%1-Bit-Gewichte, %2-Bit-Aktivierungen</translation>
    </message>
    <message>
        <source>Precisions</source>
        <translation>Präzisionen</translation>
    </message>
    <message>
        <source>Precision schedule</source>
        <translation>Präzisionsplan</translation>
    </message>
    <message>
        <source>Automatic: as free as the number of states allows</source>
        <translation>Automatisch: so frei, wie die Zahl der Zustände erlaubt</translation>
    </message>
    <message>
        <source>Sc&amp;hedule</source>
        <translation>&amp;Plan</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>Calibration and work</source>
        <translation>Kalibrierung und Rechnen</translation>
    </message>
    <message>
        <source>Range of activations</source>
        <translation>Wertebereich der Aktivierungen</translation>
    </message>
    <message>
        <source>Automatic: least squared error</source>
        <translation>Automatisch: kleinster quadratischer Fehler</translation>
    </message>
    <message>
        <source>Activation &amp;range</source>
        <translation>&amp;Wertebereich</translation>
    </message>
    <message>
        <source>Calibration samples</source>
        <translation>Kalibrierbilder</translation>
    </message>
    <message>
        <source>&amp;Calibration samples</source>
        <translation>&amp;Kalibrierbilder</translation>
    </message>
    <message>
        <source>Samples of either set at most</source>
        <translation>Höchstens so viele Bilder beider Mengen</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>&amp;Limit of samples</source>
        <translation>&amp;Höchstzahl der Bilder</translation>
    </message>
    <message>
        <source>Images per batch</source>
        <translation>Bilder je Stapel</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>Threads</translation>
    </message>
    <message>
        <source>all cores</source>
        <translation>alle Kerne</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>&amp;Batch</source>
        <translation>&amp;Stapel</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>Auswerten</translation>
    </message>
    <message>
        <source>Choose at least one precision.</source>
        <translation>Mindestens eine Präzision wählen.</translation>
    </message>
    <message>
        <source>Open a model to see the number of states.</source>
        <translation>Ein Modell öffnen, um die Zahl der Zustände zu sehen.</translation>
    </message>
    <message>
        <source>More than %1 states: choose fewer precisions or a narrower schedule.</source>
        <translation>Mehr als %1 Zustände: weniger Präzisionen oder einen engeren Plan wählen.</translation>
    </message>
    <message>
        <source>Preprocessing</source>
        <translation>Vorverarbeitung</translation>
    </message>
    <message>
        <source>%1: %2 × %3</source>
        <translation>%1: %2 × %3</translation>
    </message>
    <message numerus="yes">
        <source>%n states</source>
        <translation>
            <numerusform>%n Zustand</numerusform>
            <numerusform>%n Zustände</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n exits</source>
        <translation>
            <numerusform>%n Exit</numerusform>
            <numerusform>%n Exits</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n precisions</source>
        <translation>
            <numerusform>%n Präzision</numerusform>
            <numerusform>%n Präzisionen</numerusform>
        </translation>
    </message>
    <message>
        <source>To nearest</source>
        <translation>Zum nächsten Wert</translation>
    </message>
    <message>
        <source>GPTQ</source>
        <translation>GPTQ</translation>
    </message>
    <message>
        <source>Asymmetric: towards the float output</source>
        <translation>Asymmetrisch: auf die Gleitkomma-Ausgabe hin</translation>
    </message>
    <message>
        <source>Rounding of weights</source>
        <translation>Rundung der Gewichte</translation>
    </message>
    <message>
        <source>Automatic: least error on calibration images</source>
        <translation>Automatisch: kleinster Fehler auf Kalibrierbildern</translation>
    </message>
    <message>
        <source>&amp;Weights</source>
        <translation>&amp;Gewichte</translation>
    </message>
</context>
<context>
    <name>exitscope::app::ExitsDialog</name>
    <message>
        <source>Width: MACs, %1MAC in all. Height: values handed on.</source>
        <translation>Breite: MACs, insgesamt %1MAC. Höhe: weitergereichte Werte.</translation>
    </message>
    <message>
        <source>Choose at least one cut point: click its mark, or use arrow keys and Space.</source>
        <translation>Mindestens einen Schnittpunkt wählen: Marke anklicken, oder Pfeiltasten und Leertaste.</translation>
    </message>
    <message>
        <source> Name the images to train on below.</source>
        <translation> Unten die Bilder zum Trainieren angeben.</translation>
    </message>
    <message>
        <source> Click a mark, or use arrow keys and Space.</source>
        <translation> Marke anklicken, oder Pfeiltasten und Leertaste.</translation>
    </message>
    <message>
        <source>The frozen network&apos;s features are computed once;
then the curves follow.</source>
        <translation>Die Merkmale des eingefrorenen Netzes werden einmal berechnet;
dann folgen die Kurven.</translation>
    </message>
    <message>
        <source>The frozen network&apos;s features are computed once, kinds of heads are
compared briefly; then the curves of the chosen ones follow.</source>
        <translation>Die Merkmale des eingefrorenen Netzes werden einmal berechnet, Arten von Köpfen
kurz verglichen; dann folgen die Kurven der gewählten.</translation>
    </message>
    <message>
        <source>Adding exits</source>
        <translation>Exits werden hinzugefügt</translation>
    </message>
    <message>
        <source>Training was stopped: every exit has its best head so far, and the file records this.</source>
        <translation>Das Training wurde gestoppt: jeder Exit hat seinen bisher besten Kopf, und die Datei sagt das.</translation>
    </message>
    <message>
        <source>Left out, because its head had not finished an epoch: %1.</source>
        <translation>Ausgelassen, weil der Kopf noch nichts gelernt hatte: %1.</translation>
    </message>
    <message>
        <source>, </source>
        <translation>, </translation>
    </message>
    <message>
        <source>Note: %1.</source>
        <translation>Hinweis: %1.</translation>
    </message>
    <message>
        <source>Stopped before a head had finished an epoch: there is no result to keep.</source>
        <translation>Gestoppt, bevor ein Kopf etwas gelernt hatte: es gibt nichts zu behalten.</translation>
    </message>
    <message>
        <source>Save the network with exits</source>
        <translation>Netz mit Exits speichern</translation>
    </message>
    <message>
        <source>ONNX models (*.onnx);;All files (*)</source>
        <translation>ONNX-Modelle (*.onnx);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Saved %1.</source>
        <translation>%1 gespeichert.</translation>
    </message>
    <message>
        <source>The network with exits has not been saved. Close again to discard it.</source>
        <translation>Das Netz mit Exits ist nicht gespeichert. Noch einmal schließen, um es zu verwerfen.</translation>
    </message>
    <message>
        <source>Add exits to %1</source>
        <translation>Exits zu %1 hinzufügen</translation>
    </message>
    <message>
        <source>Exits of the result, the last one included</source>
        <translation>Exits des Ergebnisses, der letzte eingeschlossen</translation>
    </message>
    <message>
        <source>Spreads the exits evenly over the cost</source>
        <translation>Verteilt die Exits gleichmäßig über die Kosten</translation>
    </message>
    <message>
        <source>E&amp;xits, with the network&apos;s own</source>
        <translation>E&amp;xits, mit dem des Netzes</translation>
    </message>
    <message>
        <source>How heads are trained</source>
        <translation>Wie Köpfe trainiert werden</translation>
    </message>
    <message>
        <source>Exits of the result</source>
        <translation>Exits des Ergebnisses</translation>
    </message>
    <message>
        <source>Columns of the exits</source>
        <translation>Spalten der Exits</translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation>&amp;Zurück</translation>
    </message>
    <message>
        <source>&amp;Stop and keep the best</source>
        <translation>&amp;Stoppen, Bestes behalten</translation>
    </message>
    <message>
        <source>Ends the training; every exit keeps its best head so far</source>
        <translation>Beendet das Training; jeder Exit behält seinen bisher besten Kopf</translation>
    </message>
    <message>
        <source>&amp;Train heads</source>
        <translation>&amp;Köpfe trainieren</translation>
    </message>
    <message>
        <source>&amp;Save...</source>
        <translation>Spei&amp;chern...</translation>
    </message>
    <message>
        <source>&amp;Open it</source>
        <translation>Ö&amp;ffnen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>exitscope::app::ExitsForm</name>
    <message>
        <source>%1: mean, classes</source>
        <translation>%1: Mittelwert, Klassen</translation>
    </message>
    <message>
        <source>%1: mean, hidden layer</source>
        <translation>%1: Mittelwert, verdeckte Schicht</translation>
    </message>
    <message>
        <source>%1: 2 × 2 means, hidden layer</source>
        <translation>%1: 2 × 2 Mittelwerte, verdeckte Schicht</translation>
    </message>
    <message>
        <source>%1: 4 × 4 means, hidden layer</source>
        <translation>%1: 4 × 4 Mittelwerte, verdeckte Schicht</translation>
    </message>
    <message>
        <source>%1: convolution, 4 × 4 means, hidden layer</source>
        <translation>%1: Faltung, 4 × 4 Mittelwerte, verdeckte Schicht</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Heads</source>
        <translation>Köpfe</translation>
    </message>
    <message>
        <source>Images to train on</source>
        <translation>Bilder zum Trainieren</translation>
    </message>
    <message>
        <source>labelled: a folder, a file, or a name such as fashion-mnist:train</source>
        <translation>mit Labels: Ordner, Datei oder ein Name wie fashion-mnist:train</translation>
    </message>
    <message>
        <source>&amp;Train on</source>
        <translation>&amp;Trainieren auf</translation>
    </message>
    <message>
        <source>First images to train on</source>
        <translation>Erste Bilder zum Trainieren</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>Share of the images that is held out, in per cent</source>
        <translation>Anteil der zurückgehaltenen Bilder, in Prozent</translation>
    </message>
    <message>
        <source> %</source>
        <translation> %</translation>
    </message>
    <message>
        <source>On these heads are chosen and training is stopped</source>
        <translation>Auf diesen werden Köpfe gewählt und das Training beendet</translation>
    </message>
    <message>
        <source>Held out</source>
        <translation>Zurückgehalten</translation>
    </message>
    <message>
        <source>&amp;First images</source>
        <translation>&amp;Erste Bilder</translation>
    </message>
    <message>
        <source>Held-out images of their own</source>
        <translation>Eigene zurückgehaltene Bilder</translation>
    </message>
    <message>
        <source>better: other images, which the network was not trained on</source>
        <translation>besser: andere Bilder, auf denen das Netz nicht trainiert wurde</translation>
    </message>
    <message>
        <source>Hel&amp;d-out set</source>
        <translation>Eigene &amp;Daten</translation>
    </message>
    <message>
        <source>One number per channel, separated by commas, for pixels from 0 to 1</source>
        <translation>Eine Zahl je Kanal, durch Kommas getrennt, für Pixel von 0 bis 1</translation>
    </message>
    <message>
        <source>Mean per channel</source>
        <translation>Mittelwert je Kanal</translation>
    </message>
    <message>
        <source>Standard deviation per channel</source>
        <translation>Standardabweichung je Kanal</translation>
    </message>
    <message>
        <source>Std</source>
        <translation>Std.</translation>
    </message>
    <message>
        <source>&amp;Mean</source>
        <translation>&amp;Mittelwert</translation>
    </message>
    <message>
        <source>Scale images of another size to %1 × %2</source>
        <translation>Bilder anderer Größe auf %1 × %2 skalieren</translation>
    </message>
    <message>
        <source>Mean and std: the file states them; leave them empty to use these.</source>
        <translation>Mittelwert und Std.: die Datei gibt sie an; leer lassen, um das beizubehalten.</translation>
    </message>
    <message>
        <source>Mean and std: the file does not state how its images were normalised.</source>
        <translation>Mittelwert und Std.: die Datei sagt nicht, wie ihre Bilder normiert wurden.</translation>
    </message>
    <message>
        <source>Kind of the heads</source>
        <translation>Art der Köpfe</translation>
    </message>
    <message>
        <source>auto: tries every kind at each exit</source>
        <translation>auto: probiert an jedem Exit jede Art</translation>
    </message>
    <message>
        <source>&amp;Kind</source>
        <translation>&amp;Art</translation>
    </message>
    <message>
        <source>Precision of the features</source>
        <translation>Präzision der Merkmale</translation>
    </message>
    <message>
        <source>%1 in turn, as they will be met</source>
        <translation>%1 im Wechsel, wie sie vorkommen werden</translation>
    </message>
    <message>
        <source> and </source>
        <translation> und </translation>
    </message>
    <message>
        <source>Feat&amp;ures</source>
        <translation>Me&amp;rkmale</translation>
    </message>
    <message>
        <source>Augmentation</source>
        <translation>Augmentierung</translation>
    </message>
    <message>
        <source>auto: %1</source>
        <translation>auto: %1</translation>
    </message>
    <message>
        <source>Au&amp;gmentation</source>
        <translation>Au&amp;gmentierung</translation>
    </message>
    <message>
        <source>Passes over the images</source>
        <translation>Durchgänge über die Bilder</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>Threads</translation>
    </message>
    <message>
        <source>all cores</source>
        <translation>alle Kerne</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>&amp;Epochs</source>
        <translation>E&amp;pochen</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>Mittelwert</translation>
    </message>
    <message>
        <source>Standard deviation</source>
        <translation>Standardabweichung</translation>
    </message>
</context>
<context>
    <name>exitscope::app::Exporter</name>
    <message>
        <source>Export plot</source>
        <translation>Diagramm exportieren</translation>
    </message>
    <message>
        <source>PNG image (*.png);;SVG drawing (*.svg);;PDF document (*.pdf);;Numbers as CSV (*.csv)</source>
        <translation>PNG-Bild (*.png);;SVG-Zeichnung (*.svg);;PDF-Dokument (*.pdf);;Zahlen als CSV (*.csv)</translation>
    </message>
    <message>
        <source>Exported %1</source>
        <translation>%1 exportiert</translation>
    </message>
    <message>
        <source>Copied the plot</source>
        <translation>Diagramm kopiert</translation>
    </message>
    <message>
        <source>Export numbers</source>
        <translation>Zahlen exportieren</translation>
    </message>
    <message>
        <source>CSV (*.csv)</source>
        <translation>CSV (*.csv)</translation>
    </message>
    <message>
        <source>Export samples</source>
        <translation>Bilder exportieren</translation>
    </message>
    <message>
        <source>Export curves</source>
        <translation>Kurven exportieren</translation>
    </message>
    <message>
        <source>Export report</source>
        <translation>Bericht exportieren</translation>
    </message>
    <message>
        <source>HTML (*.html);;PDF document (*.pdf)</source>
        <translation>HTML (*.html);;PDF-Dokument (*.pdf)</translation>
    </message>
    <message>
        <source>Preparing the report</source>
        <translation>Bericht wird vorbereitet</translation>
    </message>
    <message>
        <source>%1 at %2 of the full cost</source>
        <translation>%1 bei %2 der vollen Kosten</translation>
    </message>
    <message>
        <source>, accuracy %1 on the test split</source>
        <translation>, Genauigkeit %1 auf den Testdaten</translation>
    </message>
</context>
<context>
    <name>exitscope::app::FileCommands</name>
    <message>
        <source>The sample model is not installed.</source>
        <translation>Das Beispielmodell ist nicht installiert.</translation>
    </message>
    <message>
        <source>Open model</source>
        <translation>Modell öffnen</translation>
    </message>
    <message>
        <source>ONNX models (*.onnx);;All files (*)</source>
        <translation>ONNX-Modelle (*.onnx);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Open run</source>
        <translation>Lauf öffnen</translation>
    </message>
    <message>
        <source>Runs (*.exr);;All files (*)</source>
        <translation>Läufe (*.exr);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Open session</source>
        <translation>Sitzung öffnen</translation>
    </message>
    <message>
        <source>Sessions (*.exs);;All files (*)</source>
        <translation>Sitzungen (*.exs);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Save run</source>
        <translation>Lauf speichern</translation>
    </message>
    <message>
        <source>Runs (*.exr)</source>
        <translation>Läufe (*.exr)</translation>
    </message>
    <message>
        <source>Save session</source>
        <translation>Sitzung speichern</translation>
    </message>
    <message>
        <source>Sessions (*.exs)</source>
        <translation>Sitzungen (*.exs)</translation>
    </message>
</context>
<context>
    <name>exitscope::app::Filters</name>
    <message>
        <source>add filter</source>
        <translation>Filter hinzufügen</translation>
    </message>
    <message>
        <source>remove filter</source>
        <translation>Filter entfernen</translation>
    </message>
    <message>
        <source>clear filters</source>
        <translation>alle Filter entfernen</translation>
    </message>
</context>
<context>
    <name>exitscope::app::Fits</name>
    <message>
        <source>Fitting</source>
        <translation>Anpassung</translation>
    </message>
</context>
<context>
    <name>exitscope::app::GuaranteeTasks</name>
    <message>
        <source>Calibrating</source>
        <translation>Kalibrierung</translation>
    </message>
</context>
<context>
    <name>exitscope::app::InputPreview</name>
    <message>
        <source>The image as stored</source>
        <translation>Das Bild, wie es gespeichert ist</translation>
    </message>
    <message>
        <source>What the network sees</source>
        <translation>Was das Netz sieht</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Image of the preview</source>
        <translation>Bild der Vorschau</translation>
    </message>
    <message>
        <source>Open a data set to see what the network sees of its images.</source>
        <translation>Öffnen Sie einen Datensatz, um zu sehen, was das Netz von seinen Bildern sieht.</translation>
    </message>
    <message>
        <source>%1×%2</source>
        <translation>%1×%2</translation>
    </message>
    <message>
        <source>%1 becomes %2; values from %3 to %4, mean %5</source>
        <translation>%1 wird zu %2; Werte von %3 bis %4, Mittel %5</translation>
    </message>
</context>
<context>
    <name>exitscope::app::Inputs</name>
    <message>
        <source>Opening %1</source>
        <translation>Öffnen von %1</translation>
    </message>
    <message numerus="yes">
        <source>%1: %n exits, %2 classes</source>
        <translation>
            <numerusform>%1: %n Exit, %2 Klassen</numerusform>
            <numerusform>%1: %n Exits, %2 Klassen</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: %2 samples to fit, %3 to test</source>
        <translation>%1: %2 Bilder zum Anpassen, %3 zum Testen</translation>
    </message>
    <message>
        <source>%1: %2 samples to fit</source>
        <translation>%1: %2 Bilder zum Anpassen</translation>
    </message>
    <message>
        <source>%1: %2 samples to test</source>
        <translation>%1: %2 Bilder zum Testen</translation>
    </message>
    <message numerus="yes">
        <source>Opening %n images</source>
        <translation>
            <numerusform>Öffnen von %n Bild</numerusform>
            <numerusform>Öffnen von %n Bildern</numerusform>
        </translation>
    </message>
    <message>
        <source>Notice: %1</source>
        <translation>Hinweis: %1</translation>
    </message>
    <message>
        <source>%1: how images become its input is not known; see Checks and Evaluation settings.</source>
        <translation>%1: Wie Bilder zu seiner Eingabe werden, ist nicht bekannt; siehe Prüfungen und Auswertungseinstellungen.</translation>
    </message>
</context>
<context>
    <name>exitscope::app::InspectorTasks</name>
    <message>
        <source>The images of this run are not open, so none can be changed: open its data set.</source>
        <translation>Die Bilder dieses Laufs sind nicht offen, also lässt sich keines verändern: seine Daten öffnen.</translation>
    </message>
    <message>
        <source>The network cannot run again: %1.</source>
        <translation>Das Netz kann nicht noch einmal laufen: %1.</translation>
    </message>
    <message>
        <source>The images of this run are not open: open its data set.</source>
        <translation>Die Bilder dieses Laufs sind nicht offen: seine Daten öffnen.</translation>
    </message>
    <message>
        <source>Not known: %1.</source>
        <translation>Nicht bekannt: %1.</translation>
    </message>
</context>
<context>
    <name>exitscope::app::JobBar</name>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
</context>
<context>
    <name>exitscope::app::MainWindow</name>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>Budget</source>
        <translation>Budget</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Session</source>
        <translation>Sitzung</translation>
    </message>
    <message>
        <source>Exitscope</source>
        <translation>Exitscope</translation>
    </message>
    <message>
        <source>%1%2 - Exitscope</source>
        <translation>%1%2 - Exitscope</translation>
    </message>
</context>
<context>
    <name>exitscope::app::Menus</name>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>Re&amp;cent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>&amp;Farben</translation>
    </message>
    <message>
        <source>La&amp;nguage</source>
        <translation>S&amp;prache</translation>
    </message>
    <message>
        <source>&amp;Analysis</source>
        <translation>A&amp;nalyse</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>&amp;Lauf</translation>
    </message>
    <message>
        <source>E&amp;xport</source>
        <translation>E&amp;xport</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>About Exitscope</source>
        <translation>Über Exitscope</translation>
    </message>
    <message>
        <source>&lt;h3&gt;Exitscope %1&lt;/h3&gt;&lt;p&gt;Workbench for multi-exit, quantized image classifiers.&lt;/p&gt;&lt;p&gt;Free software under the GNU General Public License, version 3 or later. Built on Qt, QCustomPlot, oneDNN, ONNX, OpenCV, Eigen and HDF5.&lt;/p&gt;</source>
        <translation>&lt;h3&gt;Exitscope %1&lt;/h3&gt;&lt;p&gt;Werkbank für quantisierte Bildklassifikatoren mit mehreren Exits.&lt;/p&gt;&lt;p&gt;Freie Software unter der GNU General Public License, Version 3 oder später. Gebaut auf Qt, QCustomPlot, oneDNN, ONNX, OpenCV, Eigen und HDF5.&lt;/p&gt;</translation>
    </message>
</context>
<context>
    <name>exitscope::app::Messages</name>
    <message>
        <source>Messages</source>
        <translation>Meldungen</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>What was opened, run and exported is listed here.</source>
        <translation>Hier steht, was geöffnet, gerechnet und exportiert wurde.</translation>
    </message>
</context>
<context>
    <name>exitscope::app::ModelDialog</name>
    <message>
        <source>Model options</source>
        <translation>Modelloptionen</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Exits</source>
        <translation>Exits</translation>
    </message>
    <message>
        <source>What the exits hold</source>
        <translation>Was die Exits enthalten</translation>
    </message>
    <message>
        <source>automatic: by the network&apos;s end, else by their values</source>
        <translation>automatisch: nach dem Ende des Netzes, sonst nach ihren Werten</translation>
    </message>
    <message>
        <source>logits: softmax makes them probabilities</source>
        <translation>Logits: Softmax macht sie zu Wahrscheinlichkeiten</translation>
    </message>
    <message>
        <source>probabilities</source>
        <translation>Wahrscheinlichkeiten</translation>
    </message>
    <message>
        <source>Outputs hold</source>
        <translation>Ausgaben enthalten</translation>
    </message>
    <message>
        <source>Height and width of the input</source>
        <translation>Höhe und Breite der Eingabe</translation>
    </message>
    <message>
        <source>224x224: height and width, where the file leaves them open</source>
        <translation>224x224: Höhe und Breite, wo die Datei sie offen lässt</translation>
    </message>
    <message>
        <source>Input size</source>
        <translation>Eingabegröße</translation>
    </message>
    <message>
        <source>Take a model in training mode, and run it in inference mode</source>
        <translation>Ein Modell im Trainingsmodus annehmen und im Inferenzmodus ausführen</translation>
    </message>
    <message>
        <source>Outputs that are exits</source>
        <translation>Ausgaben, die Exits sind</translation>
    </message>
    <message>
        <source>outputs, separated by commas; left empty they are chosen by their form</source>
        <translation>Ausgaben, durch Kommas getrennt; leer: nach ihrer Form gewählt</translation>
    </message>
    <message>
        <source>Outputs of the open model</source>
        <translation>Ausgaben des offenen Modells</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>The input size is a height and a width in pixels, like 224x224.</source>
        <translation>Die Eingabegröße ist eine Höhe und eine Breite in Pixeln, wie 224x224.</translation>
    </message>
</context>
<context>
    <name>exitscope::app::OpenRun</name>
    <message>
        <source>Opening %1</source>
        <translation>Öffnen von %1</translation>
    </message>
    <message>
        <source>%1 is not the run that this session was saved with</source>
        <translation>%1 ist nicht der Lauf, mit dem diese Sitzung gespeichert wurde</translation>
    </message>
    <message>
        <source>Looking for the images</source>
        <translation>Suche nach den Bildern</translation>
    </message>
    <message>
        <source>No images: %1</source>
        <translation>Keine Bilder: %1</translation>
    </message>
    <message>
        <source>Evaluating</source>
        <translation>Auswertung</translation>
    </message>
    <message>
        <source>Saving %1</source>
        <translation>Speichern von %1</translation>
    </message>
    <message>
        <source>Notice: %1</source>
        <translation>Hinweis: %1</translation>
    </message>
</context>
<context>
    <name>exitscope::app::PreprocessingForm</name>
    <message>
        <source>Preset</source>
        <translation>Voreinstellung</translation>
    </message>
    <message>
        <source>none: as the model says</source>
        <translation>keine: wie das Modell es sagt</translation>
    </message>
    <message>
        <source>none: nothing is known</source>
        <translation>keine: nichts ist bekannt</translation>
    </message>
    <message>
        <source>Scale to</source>
        <translation>Skalieren auf</translation>
    </message>
    <message>
        <source>256: the shorter side; 320x256: width x height; input: the network&apos;s input; none</source>
        <translation>256: die kürzere Seite; 320x256: Breite x Höhe; input: die Eingabe des Netzes; none: nicht</translation>
    </message>
    <message>
        <source>Crop to</source>
        <translation>Zuschneiden auf</translation>
    </message>
    <message>
        <source>224 or 320x224: the middle of the scaled image, of the size of the network&apos;s input</source>
        <translation>224 oder 320x224: die Mitte des skalierten Bildes, so groß wie die Eingabe des Netzes</translation>
    </message>
    <message>
        <source>Other proportions</source>
        <translation>Andere Seitenverhältnisse</translation>
    </message>
    <message>
        <source>stretch</source>
        <translation>strecken</translation>
    </message>
    <message>
        <source>crop</source>
        <translation>beschneiden</translation>
    </message>
    <message>
        <source>pad with black</source>
        <translation>mit Schwarz auffüllen</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>bilinear</source>
        <translation>bilinear</translation>
    </message>
    <message>
        <source>bicubic</source>
        <translation>bikubisch</translation>
    </message>
    <message>
        <source>nearest</source>
        <translation>nächster Nachbar</translation>
    </message>
    <message>
        <source>area</source>
        <translation>Fläche</translation>
    </message>
    <message>
        <source>Lanczos</source>
        <translation>Lanczos</translation>
    </message>
    <message>
        <source>Antialiasing</source>
        <translation>Kantenglättung</translation>
    </message>
    <message>
        <source>yes, as Pillow</source>
        <translation>ja, wie Pillow</translation>
    </message>
    <message>
        <source>no, as OpenCV</source>
        <translation>nein, wie OpenCV</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Kanäle</translation>
    </message>
    <message>
        <source>RGB</source>
        <translation>RGB</translation>
    </message>
    <message>
        <source>BGR</source>
        <translation>BGR</translation>
    </message>
    <message>
        <source>grey</source>
        <translation>grau</translation>
    </message>
    <message>
        <source>Range</source>
        <translation>Wertebereich</translation>
    </message>
    <message>
        <source>One number, or one per channel separated by commas, in units of the range</source>
        <translation>Eine Zahl oder je Kanal eine, durch Kommas getrennt, in Einheiten des Wertebereichs</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>Standard deviation</source>
        <translation>Standardabweichung</translation>
    </message>
    <message>
        <source>EXIF orientation</source>
        <translation>EXIF-Ausrichtung</translation>
    </message>
    <message>
        <source>apply</source>
        <translation>anwenden</translation>
    </message>
    <message>
        <source>ignore</source>
        <translation>nicht beachten</translation>
    </message>
    <message>
        <source>is 256, 320x256, input or none</source>
        <translation>ist 256, 320x256, input oder none</translation>
    </message>
    <message>
        <source>is 224 or 320x224</source>
        <translation>ist 224 oder 320x224</translation>
    </message>
    <message>
        <source>as said: %1</source>
        <translation>wie gesagt: %1</translation>
    </message>
    <message>
        <source>assumed: %1</source>
        <translation>angenommen: %1</translation>
    </message>
    <message>
        <source>Fields that are left alone hold what the preset, else the model says.</source>
        <translation>In unberührten Feldern gilt, was die Voreinstellung sagt, sonst das Modell.</translation>
    </message>
    <message>
        <source>Said by %1.</source>
        <translation>Quelle: %1.</translation>
    </message>
</context>
<context>
    <name>exitscope::app::PrintDialog</name>
    <message>
        <source>Plot for print</source>
        <translation>Diagramm für den Druck</translation>
    </message>
    <message>
        <source>Width of the figure</source>
        <translation>Breite der Abbildung</translation>
    </message>
    <message>
        <source>One column</source>
        <translation>Eine Spalte</translation>
    </message>
    <message>
        <source>One and a half columns</source>
        <translation>Anderthalb Spalten</translation>
    </message>
    <message>
        <source>Two columns</source>
        <translation>Zwei Spalten</translation>
    </message>
    <message>
        <source>Another width</source>
        <translation>Andere Breite</translation>
    </message>
    <message>
        <source>Width in millimetres</source>
        <translation>Breite in Millimetern</translation>
    </message>
    <message>
        <source> mm</source>
        <translation> mm</translation>
    </message>
    <message>
        <source>Height in millimetres</source>
        <translation>Höhe in Millimetern</translation>
    </message>
    <message>
        <source>Size of the type in points</source>
        <translation>Schriftgröße in Punkt</translation>
    </message>
    <message>
        <source> pt</source>
        <translation> pt</translation>
    </message>
    <message>
        <source>Resolution of PNG images in dots an inch</source>
        <translation>Auflösung von PNG-Bildern in Punkten je Zoll</translation>
    </message>
    <message>
        <source> dpi</source>
        <translation> dpi</translation>
    </message>
    <message>
        <source>The plot as it will be printed</source>
        <translation>Das Diagramm, wie es gedruckt wird</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>&amp;Save...</source>
        <translation>&amp;Speichern...</translation>
    </message>
    <message>
        <source>&amp;Figure</source>
        <translation>&amp;Abbildung</translation>
    </message>
    <message>
        <source>&amp;Width</source>
        <translation>&amp;Breite</translation>
    </message>
    <message>
        <source>&amp;Height</source>
        <translation>&amp;Höhe</translation>
    </message>
    <message>
        <source>&amp;Type</source>
        <translation>Schrift&amp;größe</translation>
    </message>
    <message>
        <source>&amp;Resolution of PNG</source>
        <translation>Auf&amp;lösung von PNG</translation>
    </message>
    <message>
        <source>Black on white, without title and footnotes; the legend is below the axes. Zoom the plot in the window to print a part of it.</source>
        <translation>Schwarz auf weiß, ohne Titel und Kleingedrucktes; die Legende steht unter den Achsen. Das Diagramm im Fenster vergrößern, um einen Teil zu drucken.</translation>
    </message>
    <message>
        <source>Export plot</source>
        <translation>Diagramm exportieren</translation>
    </message>
    <message>
        <source>PDF document (*.pdf);;SVG drawing (*.svg);;PNG image (*.png);;Numbers as CSV (*.csv)</source>
        <translation>PDF-Dokument (*.pdf);;SVG-Zeichnung (*.svg);;PNG-Bild (*.png);;Zahlen als CSV (*.csv)</translation>
    </message>
</context>
<context>
    <name>exitscope::app::QuantizationTasks</name>
    <message>
        <source>Measuring layers</source>
        <translation>Messung der Schichten</translation>
    </message>
</context>
<context>
    <name>exitscope::app::ReadingForm</name>
    <message>
        <source>Numbers of class folders</source>
        <translation>Nummern der Klassenordner</translation>
    </message>
    <message>
        <source>automatic: by the model&apos;s names, else as text</source>
        <translation>automatisch: nach den Namen des Modells, sonst als Text</translation>
    </message>
    <message>
        <source>as text: 1, 10, 2 (as torchvision)</source>
        <translation>als Text: 1, 10, 2 (wie torchvision)</translation>
    </message>
    <message>
        <source>by their numbers: 1, 2, 10</source>
        <translation>nach ihren Zahlen: 1, 2, 10</translation>
    </message>
    <message>
        <source>by the model&apos;s class names</source>
        <translation>nach den Klassennamen des Modells</translation>
    </message>
    <message>
        <source>Class names</source>
        <translation>Klassennamen</translation>
    </message>
    <message>
        <source>one name per line, in order; those beside data or model are found</source>
        <translation>ein Name je Zeile, der Reihe nach; solche neben Daten oder Modell werden gefunden</translation>
    </message>
    <message>
        <source>Class map</source>
        <translation>Zuordnung der Klassen</translation>
    </message>
    <message>
        <source>CSV of lines from,to</source>
        <translation>CSV mit Zeilen von,nach</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Klassen der Bilder</translation>
    </message>
    <message>
        <source>one label per image, instead of the data&apos;s own</source>
        <translation>eine Klasse je Bild, statt der eigenen der Daten</translation>
    </message>
    <message>
        <source>Added to every label</source>
        <translation>Wird zu jeder Klassennummer addiert</translation>
    </message>
    <message>
        <source>-1 for labels that start at 1</source>
        <translation>-1 für Klassennummern, die bei 1 beginnen</translation>
    </message>
    <message>
        <source>Class order</source>
        <translation>Reihenfolge der Klassen</translation>
    </message>
    <message>
        <source>Label offset</source>
        <translation>Versatz der Klassennummern</translation>
    </message>
    <message>
        <source>Folder of a list&apos;s images</source>
        <translation>Ordner der Bilder einer Liste</translation>
    </message>
    <message>
        <source>where the file names in a list start from; looked for near the list</source>
        <translation>wo die Dateinamen einer Liste beginnen; wird bei der Liste gesucht</translation>
    </message>
    <message>
        <source>Images in</source>
        <translation>Bilder in</translation>
    </message>
    <message>
        <source>Leave out images that cannot be read, or that the network answers with NaN</source>
        <translation>Bilder auslassen, die nicht lesbar sind oder auf die das Netz mit NaN antwortet</translation>
    </message>
</context>
<context>
    <name>exitscope::app::Session</name>
    <message>
        <source>%1 failed: %2</source>
        <translation>%1 fehlgeschlagen: %2</translation>
    </message>
    <message>
        <source>%1: done in %2 s</source>
        <translation>%1: fertig in %2 s</translation>
    </message>
    <message>
        <source>Writing %1</source>
        <translation>Schreiben von %1</translation>
    </message>
    <message>
        <source>Exported %1</source>
        <translation>%1 exportiert</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
</context>
<context>
    <name>exitscope::app::SessionPanel</name>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Add exits...</source>
        <translation>Exits hinzufügen...</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>Auswerten</translation>
    </message>
    <message>
        <source>Settings...</source>
        <translation>Einstellungen...</translation>
    </message>
    <message>
        <source>Filters</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>Session</source>
        <translation>Sitzung</translation>
    </message>
    <message>
        <source>Open...</source>
        <translation>Öffnen...</translation>
    </message>
    <message>
        <source>ONNX, one output per exit</source>
        <translation>ONNX, ein Ausgang je Exit</translation>
    </message>
    <message numerus="yes">
        <source>%n exits</source>
        <translation>
            <numerusform>%n Exit</numerusform>
            <numerusform>%n Exits</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, %2 classes, %3MAC
input %4×%5×%6</source>
        <translation>%1, %2 Klassen, %3MAC
Eingabe %4×%5×%6</translation>
    </message>
    <message>
        <source>
mean 0, std 1 assumed</source>
        <translation>
Mittel 0, Std. 1 angenommen</translation>
    </message>
    <message>
        <source>The file does not say how images become its input. Other numbers can be set under Settings.</source>
        <translation>Die Datei sagt nicht, wie Bilder zu ihrer Eingabe werden. Andere Zahlen lassen sich unter Einstellungen angeben.</translation>
    </message>
    <message>
        <source>fit: chooses, test: scores</source>
        <translation>Fit: wählt, Test: bewertet</translation>
    </message>
    <message>
        <source>fit %1%2</source>
        <translation>Fit %1%2</translation>
    </message>
    <message>
        <source>, no labels</source>
        <translation>, keine Labels</translation>
    </message>
    <message>
        <source>fit: none</source>
        <translation>Fit: keine</translation>
    </message>
    <message>
        <source>test %1%2</source>
        <translation>Test %1%2</translation>
    </message>
    <message>
        <source>test: none</source>
        <translation>Test: keine</translation>
    </message>
    <message>
        <source>not saved</source>
        <translation>nicht gespeichert</translation>
    </message>
    <message>
        <source>Model: %1
Fit: %2
Test: %3</source>
        <translation>Modell: %1
Fit: %2
Test: %3</translation>
    </message>
    <message>
        <source>Open a model to evaluate it.</source>
        <translation>Ein Modell öffnen, um es auszuwerten.</translation>
    </message>
    <message>
        <source>Open data to evaluate the model on.</source>
        <translation>Daten öffnen, um das Modell auszuwerten.</translation>
    </message>
    <message>
        <source>Ready. Evaluate runs every exit at every precision.</source>
        <translation>Bereit. Auswerten rechnet jeden Exit mit jeder Präzision.</translation>
    </message>
    <message>
        <source>none</source>
        <comment>model</comment>
        <translation>keines</translation>
    </message>
    <message>
        <source>none</source>
        <comment>data</comment>
        <translation>keine</translation>
    </message>
    <message>
        <source>not needed to look at the run</source>
        <translation>zum Ansehen des Laufs nicht nötig</translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>Prüfungen</translation>
    </message>
    <message>
        <source>Notices</source>
        <translation>Hinweise</translation>
    </message>
    <message>
        <source>Options...</source>
        <translation>Optionen...</translation>
    </message>
    <message>
        <source>%1, %2 states:
%3 × %4
fit %5 · test %6</source>
        <translation>%1, %2 Zustände:
%3 × %4
Fit %5 · Test %6</translation>
    </message>
    <message numerus="yes">
        <source>%n to look at before evaluating</source>
        <translation>
            <numerusform>%n vor der Auswertung anzusehen</numerusform>
            <numerusform>%n vor der Auswertung anzusehen</numerusform>
        </translation>
    </message>
    <message>
        <source>
left out: %1</source>
        <translation>
ausgelassen: %1</translation>
    </message>
    <message>
        <source>
Left out: %1</source>
        <translation>
Ausgelassen: %1</translation>
    </message>
    <message>
        <source>split at random</source>
        <translation>zufällig geteilt</translation>
    </message>
    <message>
        <source>Evaluate cannot run: see the crosses below.</source>
        <translation>Auswerten geht nicht: siehe die Kreuze darunter.</translation>
    </message>
</context>
<context>
    <name>exitscope::app::SourceEdit</name>
    <message>
        <source>%1: choose a %2</source>
        <translation>%1: %2 wählen</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>ONNX models (*.onnx);;All files (*)</source>
        <translation>ONNX-Modelle (*.onnx);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Lists, arrays and names</source>
        <translation>Listen, Arrays und Namen</translation>
    </message>
    <message>
        <source>;;All files (*)</source>
        <translation>;;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
</context>
<context>
    <name>exitscope::app::Study</name>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>exitscope::app::TradeOffTasks</name>
    <message>
        <source>Fitting predictors of error on the fit split...</source>
        <translation>Fehlerschätzer werden auf den Fit-Daten angepasst...</translation>
    </message>
    <message>
        <source>Fitting policies...</source>
        <translation>Verfahren werden angepasst...</translation>
    </message>
    <message>
        <source>The run was not read to its end. Open a run, or a model and data.</source>
        <translation>Der Lauf wurde nicht bis zum Ende gelesen. Einen Lauf öffnen, oder Modell und Daten.</translation>
    </message>
</context>
<context>
    <name>exitscope::app::Views</name>
    <message>
        <source>Trade-off</source>
        <translation>Trade-off</translation>
    </message>
    <message>
        <source>Exits</source>
        <translation>Exits</translation>
    </message>
    <message>
        <source>Predicted error</source>
        <translation>Fehlerprognose</translation>
    </message>
    <message>
        <source>Exit flow</source>
        <translation>Fluss</translation>
    </message>
    <message>
        <source>Confusion</source>
        <translation>Konfusion</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <source>Guarantee</source>
        <translation>Garantie</translation>
    </message>
    <message>
        <source>Quantization</source>
        <translation>Quantisierung</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>Inspektor</translation>
    </message>
    <message>
        <source>Bring &quot;%1&quot; to the front</source>
        <translation>&quot;%1&quot; nach vorn holen</translation>
    </message>
</context>
<context>
    <name>exitscope::app::WelcomePage</name>
    <message>
        <source>Exitscope</source>
        <translation>Exitscope</translation>
    </message>
    <message>
        <source>Which accuracy for which budget, which image leaves where and why.</source>
        <translation>Welche Genauigkeit für welches Budget, welches Bild wo und warum austritt.</translation>
    </message>
    <message>
        <source>Open the sample</source>
        <translation>Beispiel öffnen</translation>
    </message>
    <message>
        <source>A multi-exit model for Fashion-MNIST with its fit and test images</source>
        <translation>Ein Modell mit mehreren Exits für Fashion-MNIST samt Fit- und Testbildern</translation>
    </message>
    <message>
        <source>Open model...</source>
        <translation>Modell öffnen...</translation>
    </message>
    <message>
        <source>An ONNX classifier with one output per exit</source>
        <translation>Ein ONNX-Klassifikator mit einem Ausgang je Exit</translation>
    </message>
    <message>
        <source>Open data set...</source>
        <translation>Daten öffnen...</translation>
    </message>
    <message>
        <source>MNIST or CIFAR files, a folder of images, CSV, NPY</source>
        <translation>MNIST- oder CIFAR-Dateien, ein Bilderordner, CSV, NPY</translation>
    </message>
    <message>
        <source>Open run...</source>
        <translation>Lauf öffnen...</translation>
    </message>
    <message>
        <source>A finished evaluation (.exr)</source>
        <translation>Eine fertige Auswertung (.exr)</translation>
    </message>
    <message>
        <source>The sample model is not installed.</source>
        <translation>Das Beispielmodell ist nicht installiert.</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>Restore the last session</source>
        <translation>Letzte Sitzung wiederherstellen</translation>
    </message>
    <message>
        <source>The program did not end properly; continue where it was</source>
        <translation>Das Programm wurde nicht ordentlich beendet; dort weitermachen</translation>
    </message>
    <message>
        <source>Recently opened</source>
        <translation>Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>Nothing opened yet.</source>
        <translation>Noch nichts geöffnet.</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>Zuletzt</translation>
    </message>
    <message>
        <source>Drop a model (.onnx), a run (.exr), a folder or images anywhere in this window.</source>
        <translation>Ein Modell (.onnx), einen Lauf (.exr), einen Ordner oder Bilder irgendwo in dieses Fenster ziehen.</translation>
    </message>
    <message>
        <source>Restore the last session (%1)</source>
        <translation>Letzte Sitzung wiederherstellen (%1)</translation>
    </message>
</context>
<context>
    <name>exitscope::app::WindowHints</name>
    <message>
        <source>Hints</source>
        <translation>Hinweise</translation>
    </message>
    <message>
        <source>Open the sample: a small network for Fashion-MNIST with its images. Or open a model and data of your own.</source>
        <translation>Beispiel öffnen: ein kleines Netz für Fashion-MNIST mit seinen Bildern. Oder eigenes Modell und eigene Daten öffnen.</translation>
    </message>
    <message>
        <source>Open a model, and data to fit and to test on.</source>
        <translation>Ein Modell öffnen, und Daten zum Anpassen und zum Testen.</translation>
    </message>
    <message>
        <source>Evaluate (F5): every exit runs at every precision. Progress stands at the bottom; Esc cancels.</source>
        <translation>Auswerten (F5): jeder Exit rechnet mit jeder Präzision. Der Fortschritt steht unten; Esc bricht ab.</translation>
    </message>
    <message>
        <source>Drag the budget: what an image may cost on average. Curves, exits and samples follow.</source>
        <translation>Budget ziehen: was ein Bild im Mittel kosten darf. Kurven, Exits und Bilder folgen.</translation>
    </message>
    <message>
        <source>Click a sample to see its way through the exits, and why it left where it did.</source>
        <translation>Ein Bild anklicken: sein Weg durch die Exits, und warum es dort austrat.</translation>
    </message>
    <message>
        <source>Export the plot in front here; samples, curves, a report and a bundle to deploy are in the menu Export.</source>
        <translation>Hier das vorderste Diagramm exportieren; Bilder, Kurven, Bericht und auslieferbares Paket stehen im Menü Export.</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::AttachedModel</name>
    <message>
        <source>own</source>
        <translation>eigener</translation>
    </message>
    <message>
        <source>Multiply-accumulates per image of the head alone</source>
        <translation>Multiply-Accumulate-Operationen je Bild, nur der Kopf</translation>
    </message>
    <message>
        <source>Multiply-accumulates per image that leaves here, earlier heads included</source>
        <translation>Multiply-Accumulate-Operationen eines Bildes, das hier austritt, frühere Köpfe eingeschlossen</translation>
    </message>
    <message>
        <source>The same relative to the network without the new exits</source>
        <translation>Dasselbe, relativ zum Netz ohne die neuen Exits</translation>
    </message>
    <message>
        <source>On the held-out images</source>
        <translation>Auf den zurückgehaltenen Bildern</translation>
    </message>
    <message>
        <source>Exit</source>
        <translation>Exit</translation>
    </message>
    <message>
        <source>Tensor</source>
        <translation>Tensor</translation>
    </message>
    <message>
        <source>Head</source>
        <translation>Kopf</translation>
    </message>
    <message>
        <source>Head&apos;s MACs</source>
        <translation>MACs des Kopfes</translation>
    </message>
    <message>
        <source>MACs</source>
        <translation>MACs</translation>
    </message>
    <message>
        <source>Relative</source>
        <translation>Relativ</translation>
    </message>
    <message>
        <source>Held-out accuracy</source>
        <translation>Genauigkeit (zurückgehalten)</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::BudgetBar</name>
    <message>
        <source>&amp;Budget</source>
        <translation>Bud&amp;get</translation>
    </message>
    <message>
        <source>Budget</source>
        <translation>Budget</translation>
    </message>
    <message>
        <source>Mean cost allowed per image, relative to the full model; met on the fit split</source>
        <translation>Erlaubte mittlere Kosten je Bild, relativ zum vollen Modell; auf den Fit-Daten eingehalten</translation>
    </message>
    <message>
        <source>Budget in per cent of the full cost</source>
        <translation>Budget in Prozent der vollen Kosten</translation>
    </message>
    <message>
        <source> %</source>
        <translation> %</translation>
    </message>
    <message>
        <source>Animate the budget</source>
        <translation>Budget animieren</translation>
    </message>
    <message>
        <source>Sweep the budget up and down (Space on the slider); any key or click stops it</source>
        <translation>Fährt das Budget auf und ab (Leertaste auf dem Regler); jede Taste und jeder Klick hält es an</translation>
    </message>
    <message>
        <source>accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>against full</source>
        <translation>gegen voll</translation>
    </message>
    <message>
        <source>cost</source>
        <translation>Kosten</translation>
    </message>
    <message>
        <source>saved</source>
        <translation>gespart</translation>
    </message>
    <message>
        <source>one core</source>
        <translation>ein Kern</translation>
    </message>
    <message>
        <source>leave at exit 1, 2, ... (%)</source>
        <translation>Austritt an Exit 1, 2, ... (%)</translation>
    </message>
    <message>
        <source>accuracy, n = %1</source>
        <translation>Genauigkeit, n = %1</translation>
    </message>
    <message>
        <source>%1 pt</source>
        <translation>%1 Pkt.</translation>
    </message>
    <message>
        <source>agreement, n = %1</source>
        <translation>Übereinstimmung, n = %1</translation>
    </message>
    <message>
        <source>On %1 test samples; 95 % interval (Wilson)</source>
        <translation>Auf %1 Testbildern; 95-%-Konfidenzintervall (Wilson)</translation>
    </message>
    <message>
        <source>%1%2 (%3)</source>
        <translation>%1%2 (%3)</translation>
    </message>
    <message>
        <source>%1 img/s</source>
        <translation>%1 Bilder/s</translation>
    </message>
    <message>
        <source>From the stages&apos; latencies measured during the evaluation, single thread</source>
        <translation>Aus den Latenzen der Stufen, bei der Auswertung gemessen, ein Thread</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::ClassBars</name>
    <message>
        <source>Class probabilities at the exits on the way</source>
        <translation>Klassenwahrscheinlichkeiten an den Exits auf dem Weg</translation>
    </message>
    <message>
        <source>exit %1</source>
        <translation>Exit %1</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::CompareView</name>
    <message>
        <source>Figures of both operating points</source>
        <translation>Kennzahlen beider Arbeitspunkte</translation>
    </message>
    <message>
        <source>Pin this point as A</source>
        <translation>Diesen Punkt als A merken</translation>
    </message>
    <message>
        <source>Keep the current operating point to compare others with</source>
        <translation>Merkt sich den aktuellen Arbeitspunkt, um andere mit ihm zu vergleichen</translation>
    </message>
    <message>
        <source>Right in A, wrong now</source>
        <translation>In A richtig, jetzt falsch</translation>
    </message>
    <message>
        <source>Filter the samples that A alone answers right</source>
        <translation>Filtert die Bilder, die nur A richtig beantwortet</translation>
    </message>
    <message>
        <source>Wrong in A, right now</source>
        <translation>In A falsch, jetzt richtig</translation>
    </message>
    <message>
        <source>Filter the samples that B alone answers right</source>
        <translation>Filtert die Bilder, die nur B richtig beantwortet</translation>
    </message>
    <message>
        <source>Compares two operating points, once a run is open.</source>
        <translation>Vergleicht zwei Arbeitspunkte, sobald ein Lauf offen ist.</translation>
    </message>
    <message>
        <source>&lt;b&gt;A&lt;/b&gt; %1 &amp;nbsp; &lt;b&gt;B&lt;/b&gt; %2 (current)</source>
        <translation>&lt;b&gt;A&lt;/b&gt; %1 &amp;nbsp; &lt;b&gt;B&lt;/b&gt; %2 (aktuell)</translation>
    </message>
    <message>
        <source>&lt;b&gt;B&lt;/b&gt; %1 (current). Pin it as A (Ctrl+P), then move the budget or choose another method; a pinned point stays when another run is opened.</source>
        <translation>&lt;b&gt;B&lt;/b&gt; %1 (aktuell). Als A merken (Strg+P), dann das Budget bewegen oder ein anderes Verfahren wählen; ein gemerkter Punkt bleibt, wenn ein anderer Lauf geöffnet wird.</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Agreement with the full model</source>
        <translation>Übereinstimmung mit dem vollen Modell</translation>
    </message>
    <message>
        <source>Cost, relative to the full model</source>
        <translation>Kosten, relativ zum vollen Modell</translation>
    </message>
    <message>
        <source>Leave at exit %1</source>
        <translation>Austritt an Exit %1</translation>
    </message>
    <message>
        <source>Last stage at %1</source>
        <translation>Letzte Stufe mit %1</translation>
    </message>
    <message>
        <source>Figure</source>
        <translation>Kennzahl</translation>
    </message>
    <message>
        <source>A</source>
        <translation>A</translation>
    </message>
    <message>
        <source>B</source>
        <translation>B</translation>
    </message>
    <message>
        <source>B less A (points)</source>
        <translation>B minus A (Punkte)</translation>
    </message>
    <message>
        <source>No paired test: %1</source>
        <translation>Kein gepaarter Test: %1</translation>
    </message>
    <message>
        <source>Right in A, wrong now: %1</source>
        <translation>In A richtig, jetzt falsch: %1</translation>
    </message>
    <message>
        <source>Wrong in A, right now: %1</source>
        <translation>In A falsch, jetzt richtig: %1</translation>
    </message>
    <message>
        <source>Paired on the same %1 test samples: %2 turned right, %3 turned wrong; McNemar p = %4. Differences in brackets: 95 % bootstrap interval.</source>
        <translation>Gepaart auf denselben %1 Testbildern: %2 wurden richtig, %3 wurden falsch; McNemar p = %4. Differenzen in Klammern: 95-%-Bootstrap-Konfidenzintervall.</translation>
    </message>
    <message>
        <source>right by %1, wrong by %2</source>
        <translation>richtig mit %1, falsch mit %2</translation>
    </message>
    <message>
        <source>wrong by %1, right by %2</source>
        <translation>falsch mit %1, richtig mit %2</translation>
    </message>
    <message>
        <source>%1 at %2 cost</source>
        <translation>%1 bei %2 Kosten</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::ConfusionView</name>
    <message>
        <source>Shows which classes are confused, once a run is open.</source>
        <translation>Zeigt, welche Klassen verwechselt werden, sobald ein Lauf offen ist.</translation>
    </message>
    <message>
        <source>Confusion of classes</source>
        <translation>Verwechslung der Klassen</translation>
    </message>
    <message>
        <source>Pairs of classes confused most</source>
        <translation>Am häufigsten verwechselte Klassenpaare</translation>
    </message>
    <message>
        <source>Samples to count</source>
        <translation>Gezählte Bilder</translation>
    </message>
    <message>
        <source>Content of the cells</source>
        <translation>Was die Zellen zeigen</translation>
    </message>
    <message>
        <source>Counts</source>
        <translation>Anzahlen</translation>
    </message>
    <message>
        <source>Per cent of the row</source>
        <translation>Prozent der Zeile</translation>
    </message>
    <message>
        <source>Order of the classes</source>
        <translation>Reihenfolge der Klassen</translation>
    </message>
    <message>
        <source>Class order</source>
        <translation>Klassen wie im Modell</translation>
    </message>
    <message>
        <source>Most errors first</source>
        <translation>Meiste Fehler zuerst</translation>
    </message>
    <message>
        <source>Less the full model</source>
        <translation>Minus volles Modell</translation>
    </message>
    <message>
        <source>Show the difference to the full model on the same samples</source>
        <translation>Zeigt die Differenz zum vollen Modell auf denselben Bildern</translation>
    </message>
    <message>
        <source>All exits</source>
        <translation>Alle Exits</translation>
    </message>
    <message>
        <source>Only at exit %1</source>
        <translation>Nur an Exit %1</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>Label</translation>
    </message>
    <message>
        <source>Full model&apos;s answer</source>
        <translation>Antwort des vollen Modells</translation>
    </message>
    <message>
        <source>%1%2 samples of %3. Chosen on %4. Click a cell to filter.</source>
        <translation>%1%2 Bilder aus %3. Gewählt auf %4. Klick auf eine Zelle filtert.</translation>
    </message>
    <message>
        <source>Operating point less full model (blue: better, orange: worse). </source>
        <translation>Arbeitspunkt minus volles Modell (blau: besser, orange: schlechter). </translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Of class</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>To full</source>
        <translation>± voll</translation>
    </message>
    <message>
        <source>full model answers %1</source>
        <translation>volles Modell antwortet %1</translation>
    </message>
    <message>
        <source>%1 %2, answered %3
%4 of %5 samples (%6)</source>
        <translation>%1 %2, beantwortet mit %3
%4 von %5 Bildern (%6)</translation>
    </message>
    <message>
        <source>
full model: %1</source>
        <translation>
volles Modell: %1</translation>
    </message>
    <message>
        <source>
Click: filter these samples</source>
        <translation>
Klick: diese Bilder filtern</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::CutPointModel</name>
    <message>
        <source>%1, gets an exit</source>
        <translation>%1, bekommt einen Exit</translation>
    </message>
    <message>
        <source>%1, no exit</source>
        <translation>%1, kein Exit</translation>
    </message>
    <message>
        <source>Tensor through which everything that follows must pass</source>
        <translation>Tensor, durch den alles Folgende muss</translation>
    </message>
    <message>
        <source>Its shape for one image</source>
        <translation>Seine Form für ein Bild</translation>
    </message>
    <message>
        <source>Cost until here, relative to the whole network</source>
        <translation>Kosten bis hier, relativ zum ganzen Netz</translation>
    </message>
    <message>
        <source>Multiply-accumulates per image up to here</source>
        <translation>Multiply-Accumulate-Operationen je Bild bis hier</translation>
    </message>
    <message>
        <source>Cut point</source>
        <translation>Schnittpunkt</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>Kosten</translation>
    </message>
    <message>
        <source>MACs</source>
        <translation>MACs</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::CutPointTable</name>
    <message>
        <source>Cut points</source>
        <translation>Schnittpunkte</translation>
    </message>
    <message>
        <source>Columns of the cut points</source>
        <translation>Spalten der Schnittpunkte</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::ErrorView</name>
    <message>
        <source>Shows how far predicted errors can be trusted, once a run is open.</source>
        <translation>Zeigt, wie weit man Fehlerwahrscheinlichkeiten trauen kann, sobald ein Lauf offen ist.</translation>
    </message>
    <message>
        <source>Predicted against actual error</source>
        <translation>Vorhergesagter gegen tatsächlichen Fehler</translation>
    </message>
    <message>
        <source>Predicted and actual error as numbers</source>
        <translation>Vorhergesagter und tatsächlicher Fehler als Zahlen</translation>
    </message>
    <message>
        <source>How predicted errors are judged</source>
        <translation>Wie Fehlerwahrscheinlichkeiten beurteilt werden</translation>
    </message>
    <message>
        <source>Reliability</source>
        <translation>Zuverlässigkeit</translation>
    </message>
    <message>
        <source>ROC</source>
        <translation>ROC</translation>
    </message>
    <message>
        <source>Right and wrong</source>
        <translation>Richtig und falsch</translation>
    </message>
    <message>
        <source>Clusters</source>
        <translation>Cluster</translation>
    </message>
    <message>
        <source>Answers to compare</source>
        <translation>Verglichene Antworten</translation>
    </message>
    <message>
        <source>Numbers</source>
        <translation>Zahlen</translation>
    </message>
    <message>
        <source>Show predicted and actual error as a table of numbers</source>
        <translation>Zeigt vorhergesagten und tatsächlichen Fehler als Zahlentabelle</translation>
    </message>
    <message>
        <source>Operating point, all exits</source>
        <translation>Arbeitspunkt, alle Exits</translation>
    </message>
    <message>
        <source>Operating point, leaving at exit %1</source>
        <translation>Arbeitspunkt, Austritt an Exit %1</translation>
    </message>
    <message>
        <source>All samples at exit %1 by %2</source>
        <translation>Alle Bilder an Exit %1 mit %2</translation>
    </message>
    <message>
        <source>Predicted errors fitted on %1 (%2 samples), compared on %3 (%4 samples shown).</source>
        <translation>Fehlerwahrscheinlichkeiten angepasst auf %1 (%2 Bilder), verglichen auf %3 (%4 Bilder gezeigt).</translation>
    </message>
    <message>
        <source> %1 clusters of alike answers (k-means of their statistics); bars: 95 % Wilson intervals. Click a disc to filter.</source>
        <translation> %1 Cluster ähnlicher Antworten (k-Means ihrer Statistiken); Balken: 95-%-Konfidenzintervalle (Wilson). Klick auf eine Scheibe filtert.</translation>
    </message>
    <message>
        <source> Bars: 95 % Wilson intervals.</source>
        <translation> Balken: 95-%-Konfidenzintervalle (Wilson).</translation>
    </message>
    <message>
        <source>Share that differs from the full model (%)</source>
        <translation>Anteil, der vom vollen Modell abweicht (%)</translation>
    </message>
    <message>
        <source>no samples</source>
        <translation>keine Bilder</translation>
    </message>
    <message>
        <source>AUROC %1   ECE %2   n = %3</source>
        <translation>AUROC %1   ECE %2   n = %3</translation>
    </message>
    <message>
        <source>Predicted error at least</source>
        <translation>Fehlerwahrscheinlichkeit mindestens</translation>
    </message>
    <message>
        <source>Wrong flagged</source>
        <translation>Falsche markiert</translation>
    </message>
    <message>
        <source>Right flagged</source>
        <translation>Richtige markiert</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Bis</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Richtig</translation>
    </message>
    <message>
        <source>Wrong</source>
        <translation>Falsch</translation>
    </message>
    <message>
        <source>Predicted</source>
        <translation>Vorhergesagt</translation>
    </message>
    <message>
        <source>Actual</source>
        <translation>Tatsächlich</translation>
    </message>
    <message>
        <source>Low</source>
        <translation>Untere</translation>
    </message>
    <message>
        <source>High</source>
        <translation>Obere</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>cluster of predicted error %1</source>
        <translation>Cluster der Fehlerwahrscheinlichkeit %1</translation>
    </message>
    <message>
        <source>
Click: filter these samples</source>
        <translation>
Klick: diese Bilder filtern</translation>
    </message>
    <message>
        <source>no answer flagged</source>
        <translation>nichts markiert</translation>
    </message>
    <message>
        <source>predicted error at least %1
flags %2 of %3 wrong and %4 of %5 right answers</source>
        <translation>Fehlerwahrscheinlichkeit mindestens %1
markiert %2 von %3 falschen und %4 von %5 richtigen Antworten</translation>
    </message>
    <message>
        <source>predicted error %1 to %2
%3 right, %4 wrong</source>
        <translation>Fehlerwahrscheinlichkeit %1 bis %2
%3 richtig, %4 falsch</translation>
    </message>
    <message>
        <source>predicted %1, actual %2 [%3, %4]
%5 samples</source>
        <translation>vorhergesagt %1, tatsächlich %2 [%3, %4]
%5 Bilder</translation>
    </message>
    <message>
        <source> Flagged: predicted error at least a threshold. Interval: 95 %, bootstrap over images.</source>
        <translation> Markiert: Fehlerwahrscheinlichkeit mindestens so groß wie eine Schwelle. Intervall: 95 %, Bootstrap über Bilder.</translation>
    </message>
    <message>
        <source>AUROC %1 [%2, %3]
ECE %4 [%5, %6]
Brier score %7
%8 samples; intervals: 95 %, bootstrap over images</source>
        <translation>AUROC %1 [%2, %3]
ECE %4 [%5, %6]
Brier-Score %7
%8 Bilder; Intervalle: 95 %, Bootstrap über Bilder</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::ExitSharesView</name>
    <message>
        <source>Shows where the samples leave, once a run is open.</source>
        <translation>Zeigt, wo die Bilder austreten, sobald ein Lauf offen ist.</translation>
    </message>
    <message>
        <source>Share of samples that leave at each exit</source>
        <translation>Anteil der Bilder, die an jedem Exit austreten</translation>
    </message>
    <message>
        <source>Chosen on %1 (%2 samples), scored on %3 (%4 samples). Click a bar to filter.</source>
        <translation>Gewählt auf %1 (%2 Bilder), bewertet auf %3 (%4 Bilder). Klick auf einen Balken filtert.</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::FactTable</name>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Export as CSV...</source>
        <translation>Als CSV exportieren...</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::FilterBar</name>
    <message>
        <source>Add</source>
        <translation>Neu</translation>
    </message>
    <message>
        <source>Add filter</source>
        <translation>Filter hinzufügen</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>Clear all filters</source>
        <translation>Alle Filter entfernen</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Gemerkt</translation>
    </message>
    <message>
        <source>Filters under a name</source>
        <translation>Filter unter einem Namen</translation>
    </message>
    <message>
        <source>Saved filters</source>
        <translation>Gemerkte Filter</translation>
    </message>
    <message>
        <source>No run yet</source>
        <translation>Noch kein Lauf</translation>
    </message>
    <message>
        <source>%1 of %2 samples</source>
        <translation>%1 von %2 Bildern</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Name under which the filters are saved</source>
        <translation>Name, unter dem die Filter gemerkt werden</translation>
    </message>
    <message>
        <source>Save these filters as...</source>
        <translation>Diese Filter merken als...</translation>
    </message>
    <message>
        <source>No filters to save</source>
        <translation>Keine Filter zu merken</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>Label</translation>
    </message>
    <message>
        <source>Prediction</source>
        <translation>Vorhersage</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::FlowView</name>
    <message>
        <source>Shows how the samples flow through the stages, once a run is open.</source>
        <translation>Zeigt, wie die Bilder durch die Stufen fließen, sobald ein Lauf offen ist.</translation>
    </message>
    <message>
        <source>Flow of the samples from stage to stage and out of the exits</source>
        <translation>Fluss der Bilder von Stufe zu Stufe und aus den Exits</translation>
    </message>
    <message>
        <source>Flow of the samples as numbers</source>
        <translation>Fluss der Bilder als Zahlen</translation>
    </message>
    <message>
        <source>Numbers</source>
        <translation>Zahlen</translation>
    </message>
    <message>
        <source>Show the flow as a table of numbers</source>
        <translation>Zeigt den Fluss als Zahlentabelle</translation>
    </message>
    <message>
        <source>Colour: precision at which the next stage runs. Width: number of samples. Chosen on %1 (%2 samples), scored on %3 (%4 samples). Click a stream or a bar to filter.</source>
        <translation>Farbe: Präzision, mit der die nächste Stufe läuft. Breite: Zahl der Bilder. Gewählt auf %1 (%2 Bilder), bewertet auf %3 (%4 Bilder). Klick auf Strom oder Balken filtert.</translation>
    </message>
    <message>
        <source>Samples that</source>
        <translation>Bilder, die</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>Anzahl</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Richtig</translation>
    </message>
    <message>
        <source>As full model</source>
        <translation>Wie volles Modell</translation>
    </message>
    <message>
        <source>%1
%2 of %3 samples (%4)</source>
        <translation>%1
%2 von %3 Bildern (%4)</translation>
    </message>
    <message>
        <source>
%1 right</source>
        <translation>
%1 richtig</translation>
    </message>
    <message>
        <source>
%1 as the full model</source>
        <translation>
%1 wie das volle Modell</translation>
    </message>
    <message>
        <source>
Click: filter these samples</source>
        <translation>
Klick: diese Bilder filtern</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::GateModel</name>
    <message>
        <source>entropy and margin not known</source>
        <translation>Entropie und Abstand nicht bekannt</translation>
    </message>
    <message>
        <source>entropy %1, margin %2</source>
        <translation>Entropie %1, Abstand %2</translation>
    </message>
    <message>
        <source>%1
%2
best continuation: exit %3 by %4, cost %5</source>
        <translation>%1
%2
beste Fortsetzung: Exit %3 mit %4, Kosten %5</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Exit</source>
        <translation>Exit</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Klasse</translation>
    </message>
    <message>
        <source>Conf.</source>
        <translation>Konf.</translation>
    </message>
    <message>
        <source>P(err)</source>
        <translation>P(F)</translation>
    </message>
    <message>
        <source>Best</source>
        <translation>Beste</translation>
    </message>
    <message>
        <source>For</source>
        <translation>Für</translation>
    </message>
    <message>
        <source>Exit and precision of the stage before it</source>
        <translation>Exit und Präzision der Stufe davor</translation>
    </message>
    <message>
        <source>Largest class probability</source>
        <translation>Größte Klassenwahrscheinlichkeit (Konfidenz)</translation>
    </message>
    <message>
        <source>Predicted error of answering here</source>
        <translation>Fehlerwahrscheinlichkeit einer Antwort hier</translation>
    </message>
    <message>
        <source>Smallest predicted error of all continuations</source>
        <translation>Kleinste Fehlerwahrscheinlichkeit aller Fortsetzungen</translation>
    </message>
    <message>
        <source>Cost of that continuation, relative to leaving here</source>
        <translation>Kosten dieser Fortsetzung, relativ zum Austritt hier</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::GuaranteeView</name>
    <message>
        <source>Risk of every setting against its cost</source>
        <translation>Risiko jeder Einstellung gegen ihre Kosten</translation>
    </message>
    <message>
        <source>Held-out risk of repeated trials</source>
        <translation>Risiko auf zurückgehaltenen Bildern bei Wiederholungen</translation>
    </message>
    <message>
        <source>Risk of every setting as numbers</source>
        <translation>Risiko jeder Einstellung als Zahlen</translation>
    </message>
    <message>
        <source>Plots of the guarantee</source>
        <translation>Was von der Garantie gezeigt wird</translation>
    </message>
    <message>
        <source>Risk of every setting</source>
        <translation>Risiko jeder Einstellung</translation>
    </message>
    <message>
        <source>Repeated trials</source>
        <translation>Wiederholungen</translation>
    </message>
    <message>
        <source>Numbers</source>
        <translation>Zahlen</translation>
    </message>
    <message>
        <source>Use this operating point</source>
        <translation>Diesen Arbeitspunkt nehmen</translation>
    </message>
    <message>
        <source>Choose this method and move the budget to the cost of the chosen setting</source>
        <translation>Wählt dieses Verfahren und setzt das Budget auf die Kosten der gewählten Einstellung</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <source>Method whose setting is calibrated</source>
        <translation>Verfahren, dessen Einstellung kalibriert wird</translation>
    </message>
    <message>
        <source>Procedure</source>
        <translation>Prozedur</translation>
    </message>
    <message>
        <source>Procedure of risk control</source>
        <translation>Prozedur der Risikokontrolle</translation>
    </message>
    <message>
        <source>LTT: with probability</source>
        <translation>LTT: mit Wahrsch.</translation>
    </message>
    <message>
        <source>UCB: with probability</source>
        <translation>UCB: mit Wahrsch.</translation>
    </message>
    <message>
        <source>CRC: in expectation</source>
        <translation>CRC: im Mittel</translation>
    </message>
    <message>
        <source>Naive: no guarantee</source>
        <translation>Naiv: ohne Garantie</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>Loss against the full model</source>
        <translation>Verlust gegen das volle Modell</translation>
    </message>
    <message>
        <source>At most (eps)</source>
        <translation>Höchstens (eps)</translation>
    </message>
    <message>
        <source>Level of risk, per cent for losses between 0 and 1</source>
        <translation>Höhe des Risikos, Prozent bei Verlusten zwischen 0 und 1</translation>
    </message>
    <message>
        <source> %</source>
        <translation> %</translation>
    </message>
    <message>
        <source>May fail (delta)</source>
        <translation>Irrtum (delta)</translation>
    </message>
    <message>
        <source>Probability with which LTT and UCB may fail</source>
        <translation>Wahrscheinlichkeit, mit der LTT und UCB fehlschlagen dürfen</translation>
    </message>
    <message>
        <source>Calibrate on</source>
        <translation>Kalibrieren auf</translation>
    </message>
    <message>
        <source>Share of the test split that calibrates; the rest is held out</source>
        <translation>Anteil der Testdaten, der kalibriert; der Rest wird zurückgehalten</translation>
    </message>
    <message>
        <source>Trials</source>
        <translation>Wiederholungen</translation>
    </message>
    <message>
        <source>Random splits into calibration and held-out samples</source>
        <translation>Zufällige Teilungen in Kalibrierbilder und zurückgehaltene Bilder</translation>
    </message>
    <message>
        <source>Request for the guarantee</source>
        <translation>Wofür die Garantie verlangt wird</translation>
    </message>
    <message>
        <source>Finds the cheapest setting that keeps a promise, once a run is open.</source>
        <translation>Findet die billigste Einstellung, die ein Versprechen hält, sobald ein Lauf offen ist.</translation>
    </message>
    <message>
        <source>Say how much worse than the full model the answers may be, and press &quot;Find the setting&quot;.</source>
        <translation>Angeben, wie viel schlechter als das volle Modell die Antworten sein dürfen, dann &quot;Einstellung finden&quot;.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Find the setting</source>
        <translation>Einstellung finden</translation>
    </message>
    <message>
        <source>%1, eps = %2: %3.</source>
        <translation>%1, eps = %2: %3.</translation>
    </message>
    <message>
        <source> In %1 trials eps was exceeded in %2.</source>
        <translation> In %1 Wiederholungen wurde eps in %2 überschritten.</translation>
    </message>
    <message>
        <source>&lt;b&gt;No setting of %1 qualifies: the full model must answer.&lt;/b&gt; %2%3</source>
        <translation>&lt;b&gt;Keine Einstellung von %1 genügt: das volle Modell muss antworten.&lt;/b&gt; %2%3</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1 at %2 of the cost&lt;/b&gt; (knob %3). Risk: calibration %4, held-out %5, bound %6. %7%8</source>
        <translation>&lt;b&gt;%1 bei %2 der Kosten&lt;/b&gt; (Stellwert %3). Risiko: Kalibrierung %4, zurückgehalten %5, Schranke %6. %7%8</translation>
    </message>
    <message>
        <source>%1 of %2 calibrate, %3 are held out. The promise is for the setting itself; the budget slider mixes neighbouring settings.</source>
        <translation>%1 aus %2 kalibrieren, %3 sind zurückgehalten. Das Versprechen gilt für die Einstellung selbst; der Budgetregler mischt benachbarte Einstellungen.</translation>
    </message>
    <message>
        <source>%1 random splits of %2 into %3 calibration and %4 held-out samples.</source>
        <translation>%1 zufällige Teilungen von %2 in %3 Kalibrierbilder und %4 zurückgehaltene Bilder.</translation>
    </message>
    <message>
        <source>  chosen</source>
        <translation>  gewählt</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>Einstellung</translation>
    </message>
    <message>
        <source>Knob</source>
        <translation>Stellwert</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>Kosten</translation>
    </message>
    <message>
        <source>Calibration risk</source>
        <translation>Risiko (Kalibrierung)</translation>
    </message>
    <message>
        <source>Held-out risk</source>
        <translation>Risiko (zurückgehalten)</translation>
    </message>
    <message>
        <source>Bound</source>
        <translation>Schranke</translation>
    </message>
    <message>
        <source>cost %1
calibration risk %2 (n = %3)
held-out risk %4 (n = %5)
bound %6</source>
        <translation>Kosten %1
Risiko auf Kalibrierbildern %2 (n = %3)
Risiko auf zurückgehaltenen Bildern %4 (n = %5)
Schranke %6</translation>
    </message>
    <message>
        <source>risk from %1 to %2
%3 of %4 trials</source>
        <translation>Risiko von %1 bis %2
%3 von %4 Wiederholungen</translation>
    </message>
    <message>
        <source>the risk is at most eps with probability %1</source>
        <translation>das Risiko ist mit Wahrscheinlichkeit %1 höchstens eps</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::HintBar</name>
    <message>
        <source>Close the hints</source>
        <translation>Hinweise schließen</translation>
    </message>
    <message>
        <source>Close the hints (Esc); menu Help shows them again</source>
        <translation>Hinweise schließen (Esc); das Menü Hilfe zeigt sie wieder</translation>
    </message>
    <message>
        <source>Hint %1 of %2</source>
        <translation>Hinweis %1 von %2</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Next hint</source>
        <translation>Nächster Hinweis</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::InspectorView</name>
    <message>
        <source>no label</source>
        <translation>kein Label</translation>
    </message>
    <message>
        <source>right</source>
        <translation>richtig</translation>
    </message>
    <message>
        <source>wrong</source>
        <translation>falsch</translation>
    </message>
    <message>
        <source>agrees with the full model</source>
        <translation>stimmt mit dem vollen Modell überein</translation>
    </message>
    <message>
        <source>differs from the full model</source>
        <translation>weicht vom vollen Modell ab</translation>
    </message>
    <message>
        <source>exit %1 by %2: %3 (%4), cost %5</source>
        <translation>Exit %1 mit %2: %3 (%4), Kosten %5</translation>
    </message>
    <message>
        <source>Select a sample to see its image, its way and the reason for its exit.</source>
        <translation>Ein Bild auswählen, um es, seinen Weg und den Grund seines Austritts zu sehen.</translation>
    </message>
    <message>
        <source>The image</source>
        <translation>Das Bild</translation>
    </message>
    <message>
        <source>Gates on the way</source>
        <translation>Gates auf dem Weg</translation>
    </message>
    <message>
        <source>Columns of the gates</source>
        <translation>Spalten der Gates</translation>
    </message>
    <message>
        <source>This run keeps no full class probabilities.</source>
        <translation>Dieser Lauf hält keine vollen Klassenwahrscheinlichkeiten.</translation>
    </message>
    <message>
        <source>Change the image</source>
        <translation>Bild verändern</translation>
    </message>
    <message>
        <source>Brightness, contrast, blur, noise, shift and rotation, with the network&apos;s answer</source>
        <translation>Helligkeit, Kontrast, Unschärfe, Rauschen, Verschiebung und Drehung, mit der Antwort des Netzes</translation>
    </message>
    <message>
        <source>Relative error of the layers on this image</source>
        <translation>Relativer Fehler der Schichten auf diesem Bild</translation>
    </message>
    <message>
        <source>Layer drift</source>
        <translation>Drift der Schichten</translation>
    </message>
    <message>
        <source>How far quantization moves each layer&apos;s output on this image</source>
        <translation>Wie weit die Quantisierung die Ausgabe jeder Schicht auf diesem Bild verschiebt</translation>
    </message>
    <message>
        <source>Nearest neighbours</source>
        <translation>Nächste Nachbarn</translation>
    </message>
    <message>
        <source>Test samples whose answers are most alike</source>
        <translation>Testbilder mit den ähnlichsten Antworten</translation>
    </message>
    <message>
        <source>Way through the states</source>
        <translation>Weg durch die Zustände</translation>
    </message>
    <message>
        <source>Class probabilities (%)</source>
        <translation>Klassenwahrscheinlichkeiten (%)</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>Inspektor</translation>
    </message>
    <message>
        <source>
%1: %2</source>
        <translation>
%1: %2</translation>
    </message>
    <message>
        <source>Runs the network on this image in float and at every precision.</source>
        <translation>Rechnet das Netz auf diesem Bild in Gleitkomma und mit jeder Präzision.</translation>
    </message>
    <message>
        <source>✓ right</source>
        <translation>✓ richtig</translation>
    </message>
    <message>
        <source>✗ wrong</source>
        <translation>✗ falsch</translation>
    </message>
    <message>
        <source>= agrees with full</source>
        <translation>= wie volles Modell</translation>
    </message>
    <message>
        <source>≠ differs from full</source>
        <translation>≠ anders als voll</translation>
    </message>
    <message>
        <source>#%1  %2</source>
        <translation>#%1  %2</translation>
    </message>
    <message>
        <source>label: %1</source>
        <translation>Label: %1</translation>
    </message>
    <message>
        <source>exit %1 by %2</source>
        <translation>Exit %1 mit %2</translation>
    </message>
    <message>
        <source>cost %1 of the full model</source>
        <translation>Kosten %1 des vollen Modells</translation>
    </message>
    <message>
        <source>The changed image</source>
        <translation>Das veränderte Bild</translation>
    </message>
    <message>
        <source>Error of a layer&apos;s output against the float network, relative to its size; the image as shown above.</source>
        <translation>Fehler der Ausgabe einer Schicht gegen das Gleitkommanetz, relativ zu ihrer Größe; das Bild wie oben gezeigt.</translation>
    </message>
    <message>
        <source>loading</source>
        <translation>lädt</translation>
    </message>
    <message>
        <source>no image</source>
        <translation>kein Bild</translation>
    </message>
    <message>
        <source>The data set of this run is not open: open it to see images</source>
        <translation>Die Daten dieses Laufs sind nicht offen: öffnen, um Bilder zu sehen</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::LatticeWidget</name>
    <message>
        <source>Way through the state tree</source>
        <translation>Weg durch den Zustandsbaum</translation>
    </message>
    <message>
        <source>exit %1</source>
        <translation>Exit %1</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::MessageBar</name>
    <message>
        <source>Close message</source>
        <translation>Meldung schließen</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
    <message>
        <source>Error: %1</source>
        <translation>Fehler: %1</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::NeighbourStrip</name>
    <message>
        <source>Neighbour %1</source>
        <translation>Nachbar %1</translation>
    </message>
    <message>
        <source>This run keeps no class probabilities, so samples cannot be compared.</source>
        <translation>Dieser Lauf hält keine Klassenwahrscheinlichkeiten, also lassen sich Bilder nicht vergleichen.</translation>
    </message>
    <message>
        <source>Nearest by the logits at exit %1 (%2), among %3 samples of %4.</source>
        <translation>Nächste nach den Logits an Exit %1 (%2), unter %3 Bildern aus %4.</translation>
    </message>
    <message>
        <source>#%1: answered %2, label %3, distance %4</source>
        <translation>#%1: Antwort %2, Label %3, Abstand %4</translation>
    </message>
    <message>
        <source>
Click: select this sample</source>
        <translation>
Klick: dieses Bild auswählen</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::NetworkStrip</name>
    <message>
        <source>Network with its cut points</source>
        <translation>Netz mit seinen Schnittpunkten</translation>
    </message>
    <message>
        <source>exit %1</source>
        <translation>Exit %1</translation>
    </message>
    <message>
        <source>no exit</source>
        <translation>kein Exit</translation>
    </message>
    <message>
        <source>%1, %2, %3 of the cost, %4</source>
        <translation>%1, %2, %3 der Kosten, %4</translation>
    </message>
    <message>
        <source>no cut point</source>
        <translation>kein Schnittpunkt</translation>
    </message>
    <message>
        <source>%1
shape %2, %3 values
until here %4MAC, %5
block before it %6MAC</source>
        <translation>%1
Form %2, %3 Werte
bis hier %4MAC, %5
Block davor %6MAC</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::PerturbPanel</name>
    <message>
        <source>Brightness</source>
        <translation>Helligkeit</translation>
    </message>
    <message>
        <source>Contrast</source>
        <translation>Kontrast</translation>
    </message>
    <message>
        <source>Blur</source>
        <translation>Unschärfe</translation>
    </message>
    <message>
        <source>Noise</source>
        <translation>Rauschen</translation>
    </message>
    <message>
        <source>Shift right</source>
        <translation>Nach rechts</translation>
    </message>
    <message>
        <source>Shift down</source>
        <translation>Nach unten</translation>
    </message>
    <message>
        <source>Rotation</source>
        <translation>Drehung</translation>
    </message>
    <message>
        <source>%1 of the image; the network runs again at once</source>
        <translation>%1 (Bild); das Netz rechnet sofort neu</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>Back to the unchanged image</source>
        <translation>Zurück zum Bild, wie es ist</translation>
    </message>
    <message>
        <source>Answers of the changed image by exit and precision</source>
        <translation>Antworten auf das veränderte Bild nach Exit und Präzision</translation>
    </message>
    <message>
        <source>Move a slider: the network runs again on the changed image.</source>
        <translation>Einen Regler bewegen: das Netz rechnet auf dem veränderten Bild neu.</translation>
    </message>
    <message>
        <source>exit %1 by %2</source>
        <translation>Exit %1 mit %2</translation>
    </message>
    <message>
        <source>This method does not decide gate by gate, so the way of a new image is not known.</source>
        <translation>Dieses Verfahren entscheidet nicht Gate für Gate, also ist der Weg eines neuen Bildes nicht bekannt.</translation>
    </message>
    <message>
        <source>Leaves as before at %1 as %2, cost %3.</source>
        <translation>Tritt wie zuvor an %1 als %2 aus, Kosten %3.</translation>
    </message>
    <message>
        <source>Leaves as before at %1, now as &lt;b&gt;%2&lt;/b&gt; in place of %3.</source>
        <translation>Tritt wie zuvor an %1 aus, nun als &lt;b&gt;%2&lt;/b&gt; statt %3.</translation>
    </message>
    <message>
        <source>Left at %1 as %2; now at &lt;b&gt;%3&lt;/b&gt; as &lt;b&gt;%4&lt;/b&gt;, cost %5 in place of %6.</source>
        <translation>Trat an %1 als %2 aus; nun an &lt;b&gt;%3&lt;/b&gt; als &lt;b&gt;%4&lt;/b&gt;, Kosten %5 statt %6.</translation>
    </message>
    <message>
        <source>Exit</source>
        <translation>Exit</translation>
    </message>
    <message>
        <source>%1%2 %3</source>
        <translation>%1%2 %3</translation>
    </message>
    <message>
        <source>Answer and its probability in per cent at every exit, the whole network at one precision; an arrow marks an answer that differs from that for the unchanged image</source>
        <translation>Antwort und ihre Wahrscheinlichkeit in Prozent an jedem Exit, das ganze Netz mit einer Präzision; ein Pfeil markiert eine andere Antwort als für das unveränderte Bild</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::Plot</name>
    <message>
        <source>Reset zoom</source>
        <translation>Ganze Ansicht</translation>
    </message>
    <message>
        <source>Copy plot</source>
        <translation>Diagramm kopieren</translation>
    </message>
    <message>
        <source>Export plot...</source>
        <translation>Diagramm exportieren...</translation>
    </message>
    <message>
        <source>Plot for print...</source>
        <translation>Diagramm für den Druck...</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::QuantizationView</name>
    <message>
        <source>exact</source>
        <translation>exakt</translation>
    </message>
    <message>
        <source>%1  (%2, stage %3, %4)</source>
        <translation>%1  (%2, Stufe %3, %4)</translation>
    </message>
    <message>
        <source>exit head</source>
        <translation>Exit-Kopf</translation>
    </message>
    <message>
        <source>trunk</source>
        <translation>Rumpf</translation>
    </message>
    <message>
        <source>Views of quantization</source>
        <translation>Was von der Quantisierung gezeigt wird</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>Changed answers</source>
        <translation>Geänderte Antworten</translation>
    </message>
    <message>
        <source>Measure of a layer</source>
        <translation>Maß einer Schicht</translation>
    </message>
    <message>
        <source>This layer alone, at its worst exit</source>
        <translation>Diese Schicht allein, an ihrem schlechtesten Exit</translation>
    </message>
    <message>
        <source>Output, whole network quantized</source>
        <translation>Ausgabe, ganzes Netz quantisiert</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Input on its grid</source>
        <translation>Eingabe auf ihrem Gitter</translation>
    </message>
    <message>
        <source>Precision of the table of layers</source>
        <translation>Präzision der Schichttabelle</translation>
    </message>
    <message>
        <source>Numbers</source>
        <translation>Zahlen</translation>
    </message>
    <message>
        <source>Show the layers as a table of numbers, largest effect first</source>
        <translation>Zeigt die Schichten als Zahlentabelle, teuerste zuerst</translation>
    </message>
    <message>
        <source>Measure the layers</source>
        <translation>Schichten messen</translation>
    </message>
    <message>
        <source>Answers that a precision changes</source>
        <translation>Antworten, die eine Präzision ändert</translation>
    </message>
    <message>
        <source>Answers of the test split at each exit, the whole network at one precision, against the run&apos;s highest precision.
To wrong: right there, wrong here. To right: the other way round. p: exact McNemar test of the two.
Click a number of these to filter its samples, any other cell to filter all whose answer changed.</source>
        <translation>Antworten auf die Testdaten an jedem Exit, das ganze Netz mit einer Präzision, gegen die höchste Präzision des Laufs.
Zu falsch: dort richtig, hier falsch. Zu richtig: umgekehrt. p: exakter McNemar-Test der beiden.
Klick auf eine dieser Zahlen filtert ihre Bilder, auf jede andere Zelle alle, deren Antwort sich änderte.</translation>
    </message>
    <message>
        <source>Shows the effects of quantization, by layer and on answers, once a run is open.</source>
        <translation>Zeigt, was die Quantisierung kostet, Schicht für Schicht und in Antworten, sobald ein Lauf offen ist.</translation>
    </message>
    <message>
        <source>Quantization noise of the layers</source>
        <translation>Quantisierungsrauschen der Schichten</translation>
    </message>
    <message>
        <source>Inputs of the selected layer and its grids</source>
        <translation>Eingaben der gewählten Schicht und ihre Gitter</translation>
    </message>
    <message>
        <source>Layers, largest effect first</source>
        <translation>Schichten, teuerste zuerst</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Stop measuring</source>
        <translation>Messung abbrechen</translation>
    </message>
    <message>
        <source>Run the network on %1 images of the fit split, in float and quantized, whole and one layer at a time</source>
        <translation>Rechnet das Netz auf %1 Bildern der Fit-Daten, in Gleitkomma und quantisiert, ganz und Schicht für Schicht</translation>
    </message>
    <message>
        <source>Measuring the layers...</source>
        <translation>Schichten werden gemessen...</translation>
    </message>
    <message>
        <source>No numbers by layer: %1. The changed answers need only the run.</source>
        <translation>Keine Zahlen je Schicht: %1. Die geänderten Antworten brauchen nur den Lauf.</translation>
    </message>
    <message>
        <source>Not measured yet: which layers suffer from quantization, and how their inputs lie on their grids.</source>
        <translation>Noch nicht gemessen: welche Schichten unter der Quantisierung leiden und wie ihre Eingaben auf den Gittern liegen.</translation>
    </message>
    <message>
        <source>SQNR: signal against the noise that quantization adds, on %1 images of %2. Click a layer to see its inputs.</source>
        <translation>SQNR: Signal gegen das Rauschen der Quantisierung, auf %1 Bildern aus %2. Klick auf eine Schicht zeigt ihre Eingaben.</translation>
    </message>
    <message>
        <source>%1: %2 bits, %3 clipped</source>
        <translation>%1: %2 Bit, %3 abgeschnitten</translation>
    </message>
    <message>
        <source>Lines: ends of the grids. %1. %2 images of %3.</source>
        <translation>Linien: Enden der Gitter. %1. %2 Bilder aus %3.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Schicht</translation>
    </message>
    <message>
        <source>No.</source>
        <translation>Nr.</translation>
    </message>
    <message>
        <source>SQNR alone</source>
        <translation>SQNR allein</translation>
    </message>
    <message>
        <source>At exit</source>
        <translation>An Exit</translation>
    </message>
    <message>
        <source>Other answer</source>
        <translation>Andere Antwort</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>Clipped</source>
        <translation>Abgeschnitten</translation>
    </message>
    <message>
        <source>Output, all</source>
        <translation>Ausgabe, alle</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Präzision</translation>
    </message>
    <message>
        <source>Instead of %1</source>
        <translation>Statt %1</translation>
    </message>
    <message>
        <source>Exit</source>
        <translation>Exit</translation>
    </message>
    <message>
        <source>To wrong</source>
        <translation>Zu falsch</translation>
    </message>
    <message>
        <source>To right</source>
        <translation>Zu richtig</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>p</source>
        <translation>p</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>right at %1, wrong at %2, exit %3</source>
        <translation>richtig mit %1, falsch mit %2, Exit %3</translation>
    </message>
    <message>
        <source>wrong at %1, right at %2, exit %3</source>
        <translation>falsch mit %1, richtig mit %2, Exit %3</translation>
    </message>
    <message>
        <source>other answer at %1 than at %2, exit %3</source>
        <translation>andere Antwort mit %1 als mit %2, Exit %3</translation>
    </message>
    <message>
        <source>%1: weights %2 dB, input %3 dB, output in the quantized network %4 dB</source>
        <translation>%1: Gewichte %2 dB, Eingabe %3 dB, Ausgabe im quantisierten Netz %4 dB</translation>
    </message>
    <message>
        <source>; alone %1 dB at exit %2, %3 of %4 answers changed</source>
        <translation>; allein %1 dB an Exit %2, %3 von %4 Antworten geändert</translation>
    </message>
    <message>
        <source>
Click: show its inputs</source>
        <translation>
Klick: Eingaben zeigen</translation>
    </message>
    <message>
        <source>%1 to %2: %3 of %4 values
below: %5, above: %6</source>
        <translation>%1 bis %2: %3 von %4 Werten
darunter: %5, darüber: %6</translation>
    </message>
    <message>
        <source>nearest</source>
        <translation>nächster Wert</translation>
    </message>
    <message>
        <source>Rounding</source>
        <translation>Rundung</translation>
    </message>
    <message>
        <source>To nearest</source>
        <translation>Zum nächsten Wert</translation>
    </message>
    <message>
        <source>Rounded</source>
        <translation>Gerundet</translation>
    </message>
    <message>
        <source>Moved</source>
        <translation>Verschoben</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::SampleModel</name>
    <message>
        <source>#</source>
        <translation>#</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>Label</translation>
    </message>
    <message>
        <source>Prediction</source>
        <translation>Vorhersage</translation>
    </message>
    <message>
        <source>Full</source>
        <translation>Voll</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Richtig</translation>
    </message>
    <message>
        <source>Exit</source>
        <translation>Exit</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>Pfad</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>Kosten</translation>
    </message>
    <message>
        <source>P(error)</source>
        <translation>P(Fehler)</translation>
    </message>
    <message>
        <source>Position in the test split</source>
        <translation>Position in den Testdaten</translation>
    </message>
    <message>
        <source>Whether the answer equals the full model&apos;s</source>
        <translation>Ob die Antwort der des vollen Modells gleicht</translation>
    </message>
    <message>
        <source>Whether the answer equals the label</source>
        <translation>Ob die Antwort dem Label gleicht</translation>
    </message>
    <message>
        <source>Precision of every stage that ran</source>
        <translation>Präzision jeder Stufe, die lief</translation>
    </message>
    <message>
        <source>Cost relative to the full model</source>
        <translation>Kosten relativ zum vollen Modell</translation>
    </message>
    <message>
        <source>Predicted probability that this answer is wrong</source>
        <translation>Vorhergesagte Wahrscheinlichkeit, dass diese Antwort falsch ist</translation>
    </message>
    <message>
        <source>✓ right</source>
        <translation>✓ richtig</translation>
    </message>
    <message>
        <source>✗ wrong</source>
        <translation>✗ falsch</translation>
    </message>
    <message>
        <source>= agrees</source>
        <translation>= gleich</translation>
    </message>
    <message>
        <source>≠ differs</source>
        <translation>≠ anders</translation>
    </message>
    <message>
        <source>#%1  label %2, predicted %3 (%4)
exit %5 by %6, cost %7, predicted error %8</source>
        <translation>#%1  Label %2, Vorhersage %3 (%4)
Exit %5 mit %6, Kosten %7, Fehlerwahrscheinlichkeit %8</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::SampleView</name>
    <message>
        <source>Samples as a table</source>
        <translation>Bilder als Tabelle</translation>
    </message>
    <message>
        <source>Columns of the sample table</source>
        <translation>Spalten der Bildertabelle</translation>
    </message>
    <message>
        <source>Samples as a grid of images</source>
        <translation>Bilder als Raster</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>Grid</source>
        <translation>Raster</translation>
    </message>
    <message>
        <source>Samples appear here once a run is open.</source>
        <translation>Hier erscheinen Bilder, sobald ein Lauf offen ist.</translation>
    </message>
    <message>
        <source>No sample passes all filters. Remove a filter to see more.</source>
        <translation>Kein Bild besteht alle Filter. Einen Filter entfernen, um mehr zu sehen.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Test samples that pass the filters</source>
        <translation>Testbilder, die alle Filter bestehen</translation>
    </message>
    <message>
        <source>%1, accuracy %2</source>
        <translation>%1, Genauigkeit %2</translation>
    </message>
    <message>
        <source>%1, agreement %2</source>
        <translation>%1, Übereinstimmung %2</translation>
    </message>
    <message>
        <source>Accuracy of these %1 samples with labels: %2, 95 % interval (Wilson)</source>
        <translation>Genauigkeit dieser %1 Bilder mit Label: %2, 95-%-Konfidenzintervall (Wilson)</translation>
    </message>
    <message>
        <source>Agreement of these %1 samples with the full model: %2, 95 % interval (Wilson)</source>
        <translation>Übereinstimmung dieser %1 Bilder mit dem vollen Modell: %2, 95-%-Konfidenzintervall (Wilson)</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::SearchField</name>
    <message>
        <source>Search samples</source>
        <translation>Bilder suchen</translation>
    </message>
    <message>
        <source>Search: exit=2 wrong class:cat</source>
        <translation>Suche: exit=2 wrong class:cat</translation>
    </message>
    <message>
        <source>Conditions that all hold; also or, not, parentheses, ranges such as cost:0.1..0.3.
Return adds the search to the filters.</source>
        <translation>Bedingungen, die alle gelten; auch or, not, Klammern, Bereiche wie cost:0.1..0.3.
Die Eingabetaste fügt die Suche den Filtern hinzu.</translation>
    </message>
    <message>
        <source>Suggestions</source>
        <translation>Vorschläge</translation>
    </message>
    <message>
        <source>%1   %2</source>
        <translation>%1   %2</translation>
    </message>
    <message>
        <source>%1 of the samples shown match. Return adds this filter.</source>
        <translation>%1 der gezeigten Bilder passen. Die Eingabetaste fügt diesen Filter hinzu.</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::ShareStrip</name>
    <message>
        <source>exit %1: %2</source>
        <translation>Exit %1: %2</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::TradeOffView</name>
    <message>
        <source>Trade-off between accuracy and cost</source>
        <translation>Trade-off zwischen Genauigkeit und Kosten</translation>
    </message>
    <message>
        <source>The numbers are in the table of curves: menu Export, Curves as CSV</source>
        <translation>Die Zahlen stehen in der Kurventabelle: Menü Export, Kurven als CSV</translation>
    </message>
    <message>
        <source>Curves</source>
        <translation>Kurven</translation>
    </message>
    <message>
        <source>Choose the curves to show</source>
        <translation>Wählt die gezeigten Kurven</translation>
    </message>
    <message>
        <source>Open a model and data, then press Evaluate (F5) to see the trade-off.</source>
        <translation>Modell und Daten öffnen, dann Auswerten (F5), um den Trade-off zu sehen.</translation>
    </message>
    <message>
        <source>95 % bands</source>
        <translation>95-%-Bänder</translation>
    </message>
    <message>
        <source>Agreement with the full model (%)</source>
        <translation>Übereinstimmung mit dem vollen Modell (%)</translation>
    </message>
    <message>
        <source>agreement</source>
        <translation>Übereinstimmung</translation>
    </message>
    <message>
        <source>accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Fixed model
%1 %2
cost %3, n = %4
Click: filter the samples that end there</source>
        <translation>Festes Modell
%1 %2
Kosten %3, n = %4
Klick: die Bilder filtern, die dort enden</translation>
    </message>
    <message>
        <source>%1
%2 %3
cost %4 (budget %5), n = %6</source>
        <translation>%1
%2 %3
Kosten %4 (Budget %5), n = %6</translation>
    </message>
    <message>
        <source>%1: %2 at %3</source>
        <translation>%1: %2 bei %3</translation>
    </message>
</context>
<context>
    <name>exitscope::gui::TrainingView</name>
    <message>
        <source>Epoch</source>
        <translation>Epoche</translation>
    </message>
    <message>
        <source>Loss of the heads after every epoch</source>
        <translation>Verlust der Köpfe nach jeder Epoche</translation>
    </message>
    <message>
        <source>Held-out accuracy after every epoch</source>
        <translation>Genauigkeit auf zurückgehaltenen Bildern nach jeder Epoche</translation>
    </message>
    <message>
        <source>Loss (nats)</source>
        <translation>Verlust (nats)</translation>
    </message>
    <message>
        <source>Cross-entropy: held-out images solid, images in training dotted.</source>
        <translation>Kreuzentropie: zurückgehaltene Bilder durchgezogen, Trainingsbilder gepunktet.</translation>
    </message>
    <message>
        <source>Held-out accuracy (%)</source>
        <translation>Genauigkeit, zurückgehalten (%)</translation>
    </message>
    <message>
        <source>Ringed: the epoch of the least held-out loss, whose head is kept.</source>
        <translation>Mit Ring: die Epoche des kleinsten zurückgehaltenen Verlusts, deren Kopf behalten wird.</translation>
    </message>
    <message>
        <source>exit %1, %2: %3</source>
        <translation>Exit %1, %2: %3</translation>
    </message>
</context>
<context>
    <name>format</name>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 min %2 s</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 h %2 min</translation>
    </message>
</context>
<context>
    <name>main</name>
    <message>
        <source>Workbench for multi-exit, quantized image classifiers.</source>
        <translation>Werkbank für quantisierte Bildklassifikatoren mit mehreren Exits.</translation>
    </message>
    <message>
        <source>Open the sample model and its data.</source>
        <translation>Das Beispielmodell und seine Daten öffnen.</translation>
    </message>
    <message>
        <source>Data to fit on.</source>
        <translation>Daten zum Anpassen.</translation>
    </message>
    <message>
        <source>Data to test on.</source>
        <translation>Daten zum Testen.</translation>
    </message>
    <message>
        <source>A model (.onnx), a run (.exr), data; in any order.</source>
        <translation>Ein Modell (.onnx), ein Lauf (.exr), Daten; in beliebiger Reihenfolge.</translation>
    </message>
</context>
</TS>
