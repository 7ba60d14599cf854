#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace pamjwt {

/// The text of a JSON object, of which one array of objects was cut apart. No value was made of it.
struct ArrayMember {
  /// The text of each object in the array. The views point into the text that was cut.
  std::vector<std::string_view> elements;
  /// The text of the object, with `[]` in place of the array.
  std::string rest;
};

/// Cuts the array `name` out of the object `text`, and takes it apart. So a long array can be read
/// one element at a time, and its values never are in memory all at once.
///
/// Judges nothing but the places to cut. The caller must parse `rest` and each element by
/// ParseJsonObject. If they all are good, the whole text is, and it says the same: each byte is in
/// one of them, or is a blank or a comma between two elements. `name` is found only if it is
/// written without escapes. The text must outlive the result.
/// Errors: kMalformed if `rest` could not be good, the member is absent or not an array of objects,
/// or the array has more than `most` elements. The details have nothing of the text but `name`.
Result<ArrayMember> CutArrayMember(std::string_view text, std::string_view name, std::size_t most);

}  // namespace pamjwt
