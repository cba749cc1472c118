import { lazy, type ReactNode, Suspense, useCallback, useRef, useState } from "react";
import styles from "./App.module.css";
import { CheckPage } from "./check/CheckPage";
import { DropVeil } from "./check/DropVeil";
import { MOST } from "./check/queue";
import { useChecks } from "./check/useChecks";
import { useDropAndPaste } from "./check/useDropAndPaste";
import { useModels } from "./check/useModels";
import { Masthead } from "./shell/Masthead";
import { Missing } from "./shell/Missing";
import { navigate, useRoute } from "./shell/router";
import { TokenDialog } from "./shell/TokenDialog";
import { Unbroken } from "./shell/Unbroken";
import { useArrival } from "./shell/useArrival";
import { useOpenInPrint } from "./shell/useOpenInPrint";
import { useTexts } from "./texts";

const HistoryPage = lazy(() =>
  import("./history/HistoryPage").then((loaded) => ({ default: loaded.HistoryPage })),
);
const EntryPage = lazy(() =>
  import("./history/EntryPage").then((loaded) => ({ default: loaded.EntryPage })),
);
const ModelsPage = lazy(() =>
  import("./models/ModelsPage").then((loaded) => ({ default: loaded.ModelsPage })),
);
const HowPage = lazy(() =>
  import("./reading/HowPage").then((loaded) => ({ default: loaded.HowPage })),
);
const LimitsPage = lazy(() =>
  import("./reading/LimitsPage").then((loaded) => ({ default: loaded.LimitsPage })),
);

/** The shell, and in it the page that the address names. */
export function App() {
  const texts = useTexts();
  const route = useRoute();
  const models = useModels();
  const checks = useChecks();
  const [notice, setNotice] = useState("");
  const content = useRef<HTMLElement>(null);
  useArrival(content);
  useOpenInPrint();

  const { queue } = checks;
  const { chosen, retry } = models;
  const onCheck = route.page === "check";
  const take = useCallback(
    (files: readonly File[]) => {
      retry();
      queue.use(chosen);
      const taken = queue.add(files);
      const { added, tooMany } = texts.check.queue;
      setNotice(taken < files.length ? tooMany(taken, MOST) : taken > 1 ? added(taken) : "");
      if (!onCheck) {
        navigate("/");
      }
    },
    [queue, chosen, retry, onCheck, texts],
  );
  const forget = useCallback((entry: string | null) => queue.unsaved(entry), [queue]);
  const dragging = useDropAndPaste(take, onCheck ? setNotice : null);

  const pages: Record<typeof route.page, ReactNode> = {
    check: (
      <CheckPage
        checks={checks}
        models={models}
        notice={notice}
        onNotice={setNotice}
        onFiles={take}
      />
    ),
    history: <HistoryPage onRemoved={forget} />,
    entry: route.page === "entry" && <EntryPage key={route.id} id={route.id} onRemoved={forget} />,
    models: <ModelsPage />,
    how: <HowPage />,
    limits: <LimitsPage />,
    missing: <Missing />,
  };
  return (
    <>
      <Masthead />
      <main id="content" ref={content} className={styles.main} tabIndex={-1}>
        <Unbroken key={route.page}>
          <Suspense fallback={<p className="soft">{texts.shell.loading}</p>}>
            {pages[route.page]}
          </Suspense>
        </Unbroken>
      </main>
      <footer className={styles.footer}>{texts.shell.footer}</footer>
      <TokenDialog />
      {dragging && <DropVeil />}
    </>
  );
}
