#include "jwtctl/config/config_problem.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace pamjwt::ctl {

const char* Name(ConfigProblem::Severity severity) {
  switch (severity) {
    case ConfigProblem::Severity::kNote:
      return "note";
    case ConfigProblem::Severity::kWarning:
      return "warning";
    case ConfigProblem::Severity::kError:
      return "error";
  }
  return "";
}

std::string ShowPlaceAndSentence(const ConfigProblem& problem) {
  if (problem.file.empty()) return problem.sentence;
  return problem.file + ":" + std::to_string(problem.line) + ": " + problem.sentence;
}

std::string Show(const ConfigProblem& problem) {
  std::string text = ShowPlaceAndSentence(problem);
  if (!problem.what_to_do.empty()) text += ": " + problem.what_to_do;
  return text;
}

std::size_t Count(const ConfigProblems& problems, ConfigProblem::Severity severity) {
  return static_cast<std::size_t>(std::count_if(
      problems.begin(), problems.end(),
      [severity](const ConfigProblem& problem) { return problem.severity == severity; }));
}

void ProblemCollector::AddError(Origin at, std::string sentence, std::string what_to_do) {
  Add(ConfigProblem::Severity::kError, at, std::move(sentence), std::move(what_to_do));
}

void ProblemCollector::AddWarning(Origin at, std::string sentence, std::string what_to_do) {
  Add(ConfigProblem::Severity::kWarning, at, std::move(sentence), std::move(what_to_do));
}

void ProblemCollector::AddNote(Origin at, std::string sentence) {
  Add(ConfigProblem::Severity::kNote, at, std::move(sentence), "");
}

void ProblemCollector::Add(ConfigProblems problems) {
  std::move(problems.begin(), problems.end(), std::back_inserter(problems_));
}

void ProblemCollector::Add(ConfigProblem::Severity severity, Origin at, std::string sentence,
                           std::string what_to_do) {
  const bool has_line = at.given() && at.file < config_.files.size();
  problems_.push_back({severity, has_line ? config_.files[at.file] : "", has_line ? at.line : 0,
                       std::move(sentence), std::move(what_to_do)});
}

}  // namespace pamjwt::ctl
