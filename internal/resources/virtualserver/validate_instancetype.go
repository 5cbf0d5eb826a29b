package virtualserver

func (c configuration) checkInstanceType() {}
