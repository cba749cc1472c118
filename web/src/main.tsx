import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/print.css";
import { applyTheme, storedTheme } from "./shell/theme";
import { currentLanguage } from "./texts";

applyTheme(storedTheme());
document.documentElement.lang = currentLanguage();

const root = document.getElementById("root");
if (root === null) {
  throw new Error("index.html has no element with the id root");
}
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
