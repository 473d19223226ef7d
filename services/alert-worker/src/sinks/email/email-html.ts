import type { AlertFact, AlertText } from '../message/alert-text.js';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replace(/[&<>"']/gu, (sign) => entities[sign] ?? '');

const row = ({ label, lines }: AlertFact): string =>
  `<tr><th align="left" valign="top">${escaped(label)}</th><td>${lines.map(escaped).join('<br>')}</td></tr>`;

const link = (runbook: string): string =>
  URL.canParse(runbook)
    ? `<a href="${escaped(runbook)}">Runbook</a>`
    : `Runbook: ${escaped(runbook)}`;

/** No styles, no images, nothing to load: mail clients and their filters have nothing to refuse. */
export const emailHtml = (text: AlertText): string =>
  [
    '<!doctype html><html><body>',
    `<p><strong>${escaped(text.headline)}</strong></p>`,
    `<table cellpadding="4">${text.facts.map(row).join('')}</table>`,
    `<p>What to do:</p><ol>${text.nextSteps.map((step) => `<li>${escaped(step)}</li>`).join('')}</ol>`,
    `<p>${link(text.runbook)}</p>`,
    '</body></html>',
  ].join('\n');
