// What Google's csp_evaluator finds in each policy of standard input, one a line, as JSON.
const { createInterface } = require("node:readline");
const { CspEvaluator, DEFAULT_CHECKS, STRICTCSP_CHECKS } = require("csp_evaluator/dist/evaluator.js");
const { CspParser } = require("csp_evaluator/dist/parser.js");
const { checkHasConfiguredReporting } = require("csp_evaluator/dist/checks/security_checks.js");
const { Severity, Type } = require("csp_evaluator/dist/finding.js");

const checks = [...DEFAULT_CHECKS, ...STRICTCSP_CHECKS, checkHasConfiguredReporting];

createInterface({ input: process.stdin }).on("line", (policy) => {
  const evaluator = new CspEvaluator(new CspParser(policy).csp);
  const found = evaluator
    .evaluate(undefined, checks)
    .map((one) => [Type[one.type], Severity[one.severity], one.directive, one.value ?? ""]);
  console.log(JSON.stringify(found));
});
