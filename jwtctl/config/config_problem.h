#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/config/config.h"

namespace pamjwt::ctl {

/// Something in a configuration, or in a file that it names, that its administrator should know.
struct ConfigProblem {
  enum class Severity {
    kNote,     ///< something could not be judged
    kWarning,  ///< it works, but not as well or as safely as it should
    kError,    ///< tokens get no verdict, or jwks-fetcher cannot do its work
  };

  Severity severity;
  std::string file;          ///< the file of the configuration; empty if no line sets the value
  std::uint32_t line;        ///< from 1; 0 if `file` is empty
  std::string sentence;      ///< what is wrong
  std::string what_to_do{};  ///< empty if `sentence` says it
};

using ConfigProblems = std::vector<ConfigProblem>;

/// Returns "error", "warning" or "note".
const char* Name(ConfigProblem::Severity severity);
/// Returns "pam_jwt.toml:5: SENTENCE", without the place if there is no line.
std::string ShowPlaceAndSentence(const ConfigProblem& problem);
/// Returns ShowPlaceAndSentence, and behind a colon what to do.
std::string Show(const ConfigProblem& problem);
/// Returns how many problems have this severity.
std::size_t Count(const ConfigProblems& problems, ConfigProblem::Severity severity);

/// Collects the problems of one configuration, which must outlive the collector.
class ProblemCollector {
 public:
  explicit ProblemCollector(const Config& config) : config_(config) {}

  /// Adds a problem of the value that is set at `at`; {}: of no line of the configuration.
  void AddError(Origin at, std::string sentence, std::string what_to_do = "");
  void AddWarning(Origin at, std::string sentence, std::string what_to_do = "");
  void AddNote(Origin at, std::string sentence);
  /// Adds problems that were found elsewhere.
  void Add(ConfigProblems problems);
  /// Returns all of them, in the order in which they were added.
  ConfigProblems Take() && { return std::move(problems_); }

 private:
  void Add(ConfigProblem::Severity severity, Origin at, std::string sentence,
           std::string what_to_do);

  const Config& config_;
  ConfigProblems problems_;
};

}  // namespace pamjwt::ctl
