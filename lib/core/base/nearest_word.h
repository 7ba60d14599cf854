#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pamjwt {

/// Returns the entry of `words` that `word` was probably meant to be, or nullopt.
///
/// That is the entry with the fewest differences: a character that is missing, added or another, or
/// two neighbours that changed places. There are at most a third as many differences as `word` has
/// characters, but one is always allowed. Of equals, the first entry is returned.
std::optional<std::string> NearestWord(std::string_view word,
                                       const std::vector<std::string>& words);

/// Returns ": did you mean WORD?" with the nearest entry of `words`, for the end of a message.
/// Returns "" if no entry is near.
std::string DidYouMean(std::string_view word, const std::vector<std::string>& words);

}  // namespace pamjwt
