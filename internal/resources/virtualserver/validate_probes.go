package virtualserver

func (c configuration) checkProbes() {}
