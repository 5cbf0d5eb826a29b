package datavolume

// Kept says what becomes of a thing whose create failed. What is retained keeps its name,
// so that nothing can replace it.
func Kept(thing string, retained bool) string {
	text := "The " + thing + " exists, and Terraform has marked it tainted"
	if retained {
		return text + ". on_destroy = \"retain\" keeps it from being replaced: remove the cause and run \"terraform untaint <address>\", or delete it yourself, before the next apply."
	}
	return text + ": the next apply replaces it. To keep it, remove the cause and run \"terraform untaint <address>\" before the next apply."
}
